package dev.tidings.bench;

/**
 * The numbers of the publications of one measurement: {@code first} to {@code first + count - 1}, published in batches that several back ends
 * take in turn. What one back end publishes has an order; between two of them nothing is promised.
 *
 * @param first    no number of an earlier series is as large
 * @param count    how many publications
 * @param batch    how many of them one request holds
 * @param backEnds how many back ends take the batches in turn
 */
record Series(long first, int count, int batch, int backEnds) {
    /** One back end, one publication a request. */
    static Series oneByOne(long first, int count) {
        return new Series(first, count, 1, 1);
    }

    /** The number of requests. */
    int batches() {
        return Math.ceilDiv(count, batch);
    }

    /** Which back end publishes the number at {@code index}. */
    int backEndOf(int index) {
        return index / batch % backEnds;
    }

    /** The first number that a later series may use. */
    long end() {
        return first + count;
    }
}
