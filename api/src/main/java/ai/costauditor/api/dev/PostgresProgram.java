package ai.costauditor.api.dev;

import ai.costauditor.api.cli.Trouble;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's programs, unpacked once from the class path into the user's cache. */
final class PostgresProgram {

    static final String MAJOR = "18";

    private final Path home;
    private final List<String> asSomebodyElse;

    private PostgresProgram(Path home, List<String> asSomebodyElse) {
        this.home = home;
        this.asSomebodyElse = asSomebodyElse;
    }

    /** @param fallback where to unpack if there is no cache folder */
    static PostgresProgram unpacked(Path fallback) throws IOException {
        String archive = archive();
        URL packed = PostgresProgram.class.getResource("/" + archive);
        if (packed == null) {
            throw new Trouble("there is no PostgreSQL for this system (" + archive
                    + "); use ./auditor serve with a PostgreSQL of your own");
        }
        String version = packed.toString().replaceFirst(".*-([0-9.]+)\\.jar!.*", "$1");
        Path home = cache(fallback).resolve(archive.replace(".txz", "-" + version));
        if (!Files.exists(home)) {
            unpack(packed, home);
        }
        return new PostgresProgram(home, asSomebodyElse());
    }

    private static String archive() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").replace("amd64", "x86_64").replace("aarch64", "arm_64");
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux";
        String flavour = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return "postgres-" + system + "-" + arch + flavour + ".txz";
    }

    private static Path cache(Path fallback) {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path folder = (configured == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(configured))
                .resolve("ai-cost-auditor");
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            return fallback;
        }
    }

    private static void unpack(URL packed, Path home) throws IOException {
        Path fresh = Files.createTempDirectory(Files.createDirectories(home.getParent()), "postgres");
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed.openStream())))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(entry, tar, fresh.resolve(entry.getName()).normalize());
            }
        }
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            delete(fresh); // another process was faster
        }
    }

    private static void write(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        Files.createDirectories(entry.isDirectory() ? target : target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(content, target);
            if ((entry.getMode() & 0b001_000_000) != 0) {
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** PostgreSQL refuses to be root, so root runs it in a user namespace of its own. */
    private static List<String> asSomebodyElse() throws IOException {
        if (!"root".equals(System.getProperty("user.name")) || !Files.exists(Path.of("/proc"))) {
            return List.of();
        }
        if (execute(null, List.of("unshare", "-U", "true")).code() != 0) {
            throw new Trouble("PostgreSQL refuses to run as root, and this system allows no user namespaces;"
                    + " run ./auditor dev as another user");
        }
        return List.of("unshare", "-U");
    }

    /** @param output both streams together */
    record Outcome(int code, String output) {}

    /** Runs one of PostgreSQL's programs to its end; what it leaves running is not waited for. */
    Outcome run(Path log, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(asSomebodyElse);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return execute(log, command);
    }

    private static Outcome execute(@Nullable Path log, List<String> command) throws IOException {
        Path output = log == null ? Files.createTempFile("auditor", ".log") : log;
        long before = Files.exists(output) ? Files.size(output) : 0;
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Outcome(-1, command.getLast() + " takes too long");
            }
            byte[] written = Files.readAllBytes(output);
            int from = (int) Math.min(before, written.length);
            return new Outcome(
                    process.exitValue(), new String(written, from, written.length - from, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (log == null) {
                Files.deleteIfExists(output);
            }
        }
    }
}
