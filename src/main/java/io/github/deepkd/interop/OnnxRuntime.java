package io.github.deepkd.interop;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.deepkd.BadInput;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's sessions, its exceptions told in one sentence. */
public final class OnnxRuntime {

    private static final int LONGEST_REASON = 300;

    private OnnxRuntime() {}

    /** The runtime's version. */
    public static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** Makes a session, from a file or from bytes. */
    @FunctionalInterface
    interface Maker {
        OrtSession make(OrtEnvironment runtime, OrtSession.SessionOptions options) throws OrtException;
    }

    /**
     * A session on the CPU.
     *
     * @throws BadInput if the runtime cannot read the model
     */
    static OrtSession session(String source, int threads, Maker maker) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            // Threads that wait would take the cores that libtorch trains the student on.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            return maker.make(OrtEnvironment.getEnvironment(), options);
        } catch (OrtException e) {
            throw new BadInput(
                    "%s is an ONNX model that ONNX Runtime cannot load (%s): export it again with the standard operators"
                            .formatted(source, reason(e)),
                    e);
        }
    }

    static Collection<NodeInfo> inputs(OrtSession session) {
        try {
            return List.copyOf(session.getInputInfo().values());
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> metadata(OrtSession session) {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first line of what the runtime says. */
    static String reason(OrtException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() > LONGEST_REASON ? message.substring(0, LONGEST_REASON) + "…" : message;
    }
}
