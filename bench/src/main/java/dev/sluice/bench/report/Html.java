package dev.sluice.bench.report;

/** Text of a page. */
final class Html {
    private Html() {}

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A row of a table: the first cell is its heading. */
    static String row(String... cells) {
        StringBuilder row = new StringBuilder("<tr><th scope=\"row\">").append(cells[0])
                .append("</th>");
        for (int i = 1; i < cells.length; i++) {
            row.append("<td>").append(cells[i]).append("</td>");
        }
        return row.append("</tr>\n").toString();
    }

    static String headings(String... cells) {
        StringBuilder row = new StringBuilder("<tr>");
        for (String cell : cells) {
            row.append("<th scope=\"col\">").append(cell).append("</th>");
        }
        return row.append("</tr>\n").toString();
    }

    /** A table that scrolls by itself where the screen is too narrow for it. */
    static String table(String caption, String head, String body) {
        return "<div class=\"scroll\" tabindex=\"0\"><table><caption><span>" + caption
                + "</span></caption>\n<thead>" + head + "</thead>\n<tbody>\n" + body
                + "</tbody></table></div>\n";
    }
}
