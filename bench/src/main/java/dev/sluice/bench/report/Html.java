package dev.sluice.bench.report;

import dev.sluice.bench.results.Verdict;

/** Text of a page. */
final class Html {
    private Html() {}

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /**
     * Returns a row of a table; its second cell is its name, which heads it. Rows of Sluice are
     * marked.
     */
    static String row(String name, String rank, String... cells) {
        StringBuilder row = new StringBuilder(Verdict.isSluice(name)
                ? "<tr class=\"sluice\">"
                : "<tr>").append("<td>").append(rank).append("</td>");
        return cells(row.append(heading(name)), cells);
    }

    /**
     * Returns a row of a table; its first cell is its name, which heads it. Rows of Sluice are
     * marked.
     */
    static String named(String name, String... cells) {
        StringBuilder row = new StringBuilder(Verdict.isSluice(name)
                ? "<tr class=\"sluice\">"
                : "<tr>");
        return cells(row.append(heading(name)), cells);
    }

    private static String heading(String name) {
        return "<th scope=\"row\">" + escape(name) + "</th>";
    }

    private static String cells(StringBuilder row, String... cells) {
        for (String cell : cells) {
            row.append("<td>").append(cell).append("</td>");
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

    /** Returns a table that scrolls by itself if the screen is too narrow for it. */
    static String table(String caption, String head, String body) {
        return "<div class=\"scroll\" tabindex=\"0\"><table><caption><span>" + caption
                + "</span></caption>\n<thead>" + head + "</thead>\n<tbody>\n" + body
                + "</tbody></table></div>\n";
    }
}
