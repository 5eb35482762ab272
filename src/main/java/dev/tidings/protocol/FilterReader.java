package dev.tidings.protocol;

import dev.tidings.channel.RefusedException;
import dev.tidings.channel.TagFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the FilterNode of the Centrifuge protocol: {@code {"op","nodes"}} or {@code {"key","cmp","val","vals"}}. Bounded in nodes and depth. */
final class FilterReader {
    private static final int MAX_VALUES = 100;

    private int nodes;

    private FilterReader() {
    }

    static TagFilter read(Json json) {
        return new FilterReader().node(json, 1);
    }

    private TagFilter node(Json json, int depth) {
        if (++nodes > TagFilter.MAX_NODES || depth > TagFilter.MAX_DEPTH) {
            throw RefusedException.badRequest("\"tf\" has more than " + TagFilter.MAX_NODES + " nodes or is nested deeper than " + TagFilter.MAX_DEPTH);
        }
        RequestReader node = RequestReader.of(json, "tf");
        String op = node.string("op");
        if (op.isEmpty()) {
            return leaf(node);
        }
        List<TagFilter> inner = new ArrayList<>();
        for (Json each : node.required("nodes").items("nodes", TagFilter.MAX_NODES)) {
            inner.add(node(each, depth + 1));
        }
        if (inner.isEmpty() || op.equals("not") && inner.size() != 1) {
            throw RefusedException.badRequest("\"nodes\" of \"" + op + "\" has " + inner.size() + " nodes");
        }
        return switch (op) {
            case "and" -> new TagFilter.And(List.copyOf(inner));
            case "or" -> new TagFilter.Or(List.copyOf(inner));
            case "not" -> new TagFilter.Not(inner.getFirst());
            default -> throw RefusedException.badRequest("\"op\" must be and, or, not");
        };
    }

    private static TagFilter leaf(RequestReader node) {
        String key = node.required("key").string("key");
        String cmp = node.string("cmp");
        return switch (cmp) {
            case "eq", "neq" -> new TagFilter.OneOf(key, Set.of(node.string("val")), cmp.equals("neq"));
            case "in", "nin" -> new TagFilter.OneOf(key, values(node), cmp.equals("nin"));
            case "ex", "nex" -> new TagFilter.Exists(key, cmp.equals("nex"));
            case "sw" -> new TagFilter.Text(key, TagFilter.Text.Place.START, node.string("val"));
            case "ew" -> new TagFilter.Text(key, TagFilter.Text.Place.END, node.string("val"));
            case "ct" -> new TagFilter.Text(key, TagFilter.Text.Place.ANYWHERE, node.string("val"));
            case "gt" -> number(key, TagFilter.Number.Relation.GREATER, node);
            case "gte" -> number(key, TagFilter.Number.Relation.GREATER_OR_EQUAL, node);
            case "lt" -> number(key, TagFilter.Number.Relation.LESS, node);
            case "lte" -> number(key, TagFilter.Number.Relation.LESS_OR_EQUAL, node);
            default -> throw RefusedException.badRequest("\"cmp\" must be eq, neq, in, nin, ex, nex, sw, ew, ct, gt, gte, lt, lte");
        };
    }

    private static Set<String> values(RequestReader node) {
        Set<String> values = new LinkedHashSet<>();
        node.required("vals").items("vals", MAX_VALUES).forEach(value -> values.add(value.string("vals")));
        return Set.copyOf(values);
    }

    private static TagFilter number(String key, TagFilter.Number.Relation relation, RequestReader node) {
        try {
            return new TagFilter.Number(key, relation, Double.parseDouble(node.string("val")));
        } catch (NumberFormatException e) {
            throw RefusedException.badRequest("\"val\" must be a number where \"cmp\" is gt, gte, lt, lte");
        }
    }
}
