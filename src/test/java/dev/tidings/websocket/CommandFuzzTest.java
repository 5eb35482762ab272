package dev.tidings.websocket;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.Channel;
import dev.tidings.channel.RefusedException;
import java.util.Optional;

/** A frame that makes the reader fail instead of refuse ends the connection with a fault of ours, and leaves a stack trace in the log. */
class CommandFuzzTest {
    private static final long MAX_ID = (1L << 32) - 1;

    @FuzzTest
    void aFrameIsReadOrRefused(byte[] frame) {
        try {
            for (Command command : Command.read(frame)) {
                if (command.id() < 0 || command.id() > MAX_ID || command.verb() == null) {
                    throw new AssertionError(command);
                }
                use(command);
            }
        } catch (RefusedException e) {
            // as it should be
        }
    }

    private static void use(Command command) {
        try {
            switch (command.verb()) {
                case SUBSCRIBE -> command.request().subscribe(new Channel("chat:1"), Optional.empty());
                case PUBLISH -> command.request().publish(new Channel("chat:1"), "");
                default -> command.request().string("token");
            }
        } catch (RefusedException e) {
            // as it should be
        }
    }
}
