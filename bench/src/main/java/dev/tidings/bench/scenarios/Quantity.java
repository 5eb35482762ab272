package dev.tidings.bench.scenarios;

import java.util.Map;

/** Amounts as Kubernetes writes them. */
final class Quantity {
    private static final Map<String, Double> UNITS = Map.of("Ki", 0x1p10, "Mi", 0x1p20, "Gi", 0x1p30, "k", 1e3, "M", 1e6, "G", 1e9);

    private Quantity() {
    }

    /** Bytes. */
    static double bytes(String quantity) {
        String number = quantity.replaceFirst("[A-Za-z]+$", "");
        return Double.parseDouble(number) * UNITS.getOrDefault(quantity.substring(number.length()), 1.0);
    }
}
