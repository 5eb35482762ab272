package dev.tidings.bench;

import io.netty.buffer.ByteBuf;

/** Finds {@link Mark}s in the bytes of one connection, wherever reads, chunks and frames cut them. */
final class MarkScanner {
    /** Takes what a scan finds. */
    interface Sink {
        void mark(long number, long sentNanos);
    }

    private enum Place { OUTSIDE, NUMBER, TIME }

    private Place place = Place.OUTSIDE;
    private long number;
    private long time;

    /** Reports each mark that ends in these bytes. Leaves the buffer's indices as they are. */
    void scan(ByteBuf bytes, Sink sink) {
        int end = bytes.writerIndex();
        int at = bytes.readerIndex();
        while (at < end) {
            if (place == Place.OUTSIDE) {
                int fence = bytes.indexOf(at, end, Mark.FENCE);
                if (fence < 0) {
                    return;
                }
                at = fence + 1;
                place = Place.NUMBER;
                number = 0;
                time = 0;
            } else {
                take(bytes.getByte(at++), sink);
            }
        }
    }

    private void take(byte next, Sink sink) {
        if (next == Mark.FENCE) {
            if (place == Place.NUMBER) {
                place = Place.TIME;
            } else {
                place = Place.OUTSIDE;
                sink.mark(number, time);
            }
        } else if (next < '0' || next > '9') {
            throw new IllegalStateException("a mark holds the byte " + next + ": the hub altered a publication's data");
        } else if (place == Place.NUMBER) {
            number = number * 10 + next - '0';
        } else {
            time = time * 10 + next - '0';
        }
    }
}
