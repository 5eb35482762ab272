package dev.tidings.channel;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Selects publications by their tags: the FilterNode of the Centrifuge protocol. Immutable; evaluation is linear in the number of nodes. */
public sealed interface TagFilter {
    /** The most nodes that one filter may have: each publication is held against every one. */
    int MAX_NODES = 64;
    /** The deepest nesting. */
    int MAX_DEPTH = 8;

    /** Whether a publication with these tags is visible. */
    boolean matches(Map<String, String> tags);

    /** All of the nodes match. */
    record And(List<TagFilter> nodes) implements TagFilter {
        @Override
        public boolean matches(Map<String, String> tags) {
            for (TagFilter node : nodes) {
                if (!node.matches(tags)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** One of the nodes matches. */
    record Or(List<TagFilter> nodes) implements TagFilter {
        @Override
        public boolean matches(Map<String, String> tags) {
            for (TagFilter node : nodes) {
                if (node.matches(tags)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The node does not match. */
    record Not(TagFilter node) implements TagFilter {
        @Override
        public boolean matches(Map<String, String> tags) {
            return !node.matches(tags);
        }
    }

    /** The tag's value is one of these, or with {@code negated} is none of them; an absent tag is none of them. */
    record OneOf(String key, Set<String> values, boolean negated) implements TagFilter {
        @Override
        public boolean matches(Map<String, String> tags) {
            String value = tags.get(key);
            return (value != null && values.contains(value)) != negated;
        }
    }

    /** The tag exists, or with {@code negated} does not. */
    record Exists(String key, boolean negated) implements TagFilter {
        @Override
        public boolean matches(Map<String, String> tags) {
            return tags.containsKey(key) != negated;
        }
    }

    /** The tag's value starts with, ends with, or contains a text; an absent tag does not. */
    record Text(String key, Place place, String text) implements TagFilter {
        /** Where the text must stand. */
        public enum Place { START, END, ANYWHERE }

        @Override
        public boolean matches(Map<String, String> tags) {
            String value = tags.get(key);
            return value != null && switch (place) {
                case START -> value.startsWith(text);
                case END -> value.endsWith(text);
                case ANYWHERE -> value.contains(text);
            };
        }
    }

    /** The tag's value as a number stands in a relation to another; a value that is no number does not. */
    record Number(String key, Relation relation, double number) implements TagFilter {
        /** The comparison, the tag's value on its left. */
        public enum Relation { GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL }

        @Override
        public boolean matches(Map<String, String> tags) {
            String text = tags.get(key);
            if (text == null || text.length() > 32) {
                return false;
            }
            double value;
            try {
                value = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return false; // not a number stands in no relation
            }
            return switch (relation) {
                case GREATER -> value > number;
                case GREATER_OR_EQUAL -> value >= number;
                case LESS -> value < number;
                case LESS_OR_EQUAL -> value <= number;
            };
        }
    }
}
