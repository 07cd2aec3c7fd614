package io.github.deepkd.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build of deepkd this is, from {@code build.properties}, which the build writes. */
public final class BuildInfo {

    private static final Properties PROPERTIES = load();

    private BuildInfo() {}

    public static String version() {
        return PROPERTIES.getProperty("git.build.version", "unknown");
    }

    /** The git commit, with {@code -dirty} behind it where files had been changed; {@code unknown} outside a checkout. */
    public static String commit() {
        return PROPERTIES.getProperty("git.commit.id.describe", "unknown");
    }

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("/build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
