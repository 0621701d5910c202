package dev.millrace.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version as the build wrote it, and the JDK that runs it. */
public final class Version implements IVersionProvider {

    /** For picocli, which makes one when {@code --version} is asked for. */
    public Version() {}

    @Override
    public String[] getVersion() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IOException("build.properties is not on the class path");
            }
            build.load(in);
        }
        return new String[] {
            "millrace " + build.getProperty("version"),
            "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
        };
    }
}
