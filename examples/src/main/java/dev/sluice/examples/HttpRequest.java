package dev.sluice.examples;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a request, parsed strictly: a head that two programs could read in two ways is refused.
 *
 * @param method such as GET; empty if the request is refused
 * @param path of the target, without its query
 * @param keepAlive true if the connection stays open after the answer
 * @param isHttp10 true if the answer must say so in a header
 * @param range the value of its field Range, or empty
 * @param refusal the status to refuse it with, or empty
 */
record HttpRequest(
        String method, String path, boolean keepAlive, boolean isHttp10, String range,
        String refusal) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST_LINE = Pattern.compile(
            "(" + TOKEN + ") (?:http://[^/?#\\s]+)?([!-~]*) HTTP/([0-9])\\.([0-9])");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \t]*([\t -~\\x80-\\xff]*?)[ \t]*");

    /** The end of the first head in these bytes, after its empty line; -1 if it is incomplete. */
    static int endOfHead(byte[] bytes, int count) {
        boolean begun = false; // empty lines before a request are skipped, RFC 9112, 2.2
        boolean lineIsEmpty = true;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                if (begun && lineIsEmpty) {
                    return i + 1;
                }
                lineIsEmpty = true;
            } else if (bytes[i] != '\r') {
                begun = true;
                lineIsEmpty = false;
            }
        }
        return -1;
    }

    static HttpRequest refused(String status) {
        return new HttpRequest("", "", false, false, "", status);
    }

    static HttpRequest parse(String head) {
        String[] lines = head.replaceFirst("^(\r?\n)+", "").split("\r?\n");
        Matcher first = REQUEST_LINE.matcher(lines[0]);
        if (!first.matches()) {
            return refused("400 Bad Request");
        }
        if (!first.group(3).equals("1")) {
            return refused("505 HTTP Version Not Supported");
        }
        boolean isHttp10 = first.group(4).equals("0");
        int hosts = 0;
        boolean hasBody = false;
        String connection = "";
        String range = "";
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                return refused("400 Bad Request");
            }
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "host" -> hosts++;
                case "content-length" -> hasBody |= !field.group(2).equals("0");
                case "transfer-encoding" -> hasBody = true;
                case "range" -> range = field.group(2);
                case "connection" -> connection += "," + field.group(2);
                default -> {}
            }
        }
        if (hosts > 1 || (hosts == 0 && !isHttp10)) {
            return refused("400 Bad Request");
        }
        if (hasBody) {
            return refused("413 Content Too Large");
        }
        String path = first.group(2).replaceFirst("\\?.*", "");
        boolean keepAlive = isHttp10
                ? lists(connection, "keep-alive") && !lists(connection, "close")
                : !lists(connection, "close");
        return new HttpRequest(
                first.group(1), path.isEmpty() ? "/" : path, keepAlive, isHttp10, range, "");
    }

    private static boolean lists(String values, String wanted) {
        return Arrays.stream(values.split(",")).anyMatch(v -> v.strip().equalsIgnoreCase(wanted));
    }
}
