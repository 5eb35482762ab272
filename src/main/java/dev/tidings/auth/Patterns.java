package dev.tidings.auth;

import dev.tidings.session.Grants;
import java.util.ArrayList;
import java.util.List;

/**
 * The patterns of channels in a token: a literal, or one with a trailing {@code *}; a segment between colons that is {@code {sub}} stands for the user and
 * is replaced before anything is matched. A user whose id would change what the pattern means makes the token invalid.
 */
final class Patterns {
    private static final String SUB = "{sub}";

    private Patterns() {
    }

    /** The patterns of a list for a user; "" = anonymous, whom patterns with {@code {sub}} grant nothing. {@code field} names the list in refusals. */
    static List<String> read(Json list, String field, String user) {
        List<String> patterns = new ArrayList<>();
        for (Json item : list.items(field, Grants.MAX_PATTERNS)) {
            String pattern = item.string(field);
            check(pattern, field);
            if (!pattern.contains(SUB)) {
                patterns.add(pattern);
            } else if (!user.isEmpty()) {
                patterns.add(substituted(pattern, field, user));
            }
        }
        return patterns;
    }

    private static void check(String pattern, String field) {
        if (pattern.isEmpty()) {
            throw new InvalidTokenException("\"" + field + "\" has an empty pattern");
        }
        int star = pattern.indexOf('*');
        if (star >= 0 && star < pattern.length() - 1) {
            throw new InvalidTokenException("\"" + field + "\" has a pattern with a * before its end");
        }
    }

    private static String substituted(String pattern, String field, String user) {
        String[] segments = pattern.split(":", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].equals(SUB)) {
                segments[i] = user;
            } else if (segments[i].contains(SUB)) {
                throw new InvalidTokenException("\"" + field + "\" has a pattern with {sub} that is not a whole segment");
            }
        }
        if (user.indexOf('*') >= 0 || user.indexOf(':') >= 0) {
            throw new InvalidTokenException("\"sub\" has a * or : and stands in a pattern of \"" + field + "\"");
        }
        return String.join(":", segments);
    }
}
