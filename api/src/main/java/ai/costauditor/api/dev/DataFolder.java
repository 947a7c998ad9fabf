package ai.costauditor.api.dev;

import ai.costauditor.api.cli.Trouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The folder of one development installation. One process uses it at a time. */
final class DataFolder implements AutoCloseable {

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /** @throws Trouble if another process uses it, or it cannot be written */
    static DataFolder open(Path root) {
        try {
            Files.createDirectories(root, PRIVATE_FOLDER);
            Path file = root.resolve("lock");
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new Trouble("the folder " + root
                        + " is in use by another ./auditor dev; stop it, or choose another --data");
            }
            return new DataFolder(root, channel, lock);
        } catch (IOException e) {
            throw new Trouble("the folder " + root + " cannot be used (" + e + "); choose another --data", e);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path root() {
        return root;
    }

    /** A random secret of 32 bytes in hex, made with the first use, readable by its owner only. */
    Path secret(String name) {
        Path file = root.resolve("secrets").resolve(name);
        try {
            Files.createDirectories(file.getParent(), PRIVATE_FOLDER);
            if (!Files.exists(file)) {
                byte[] bytes = new byte[32];
                new SecureRandom().nextBytes(bytes);
                writePrivately(file, HexFormat.of().formatHex(bytes));
            }
            return file;
        } catch (IOException e) {
            throw new Trouble("the secret " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    static void writePrivately(Path file, String text) throws IOException {
        Path made = Files.createTempFile(file.getParent(), "new", "", PRIVATE_FILE);
        Files.writeString(made, text);
        Files.move(
                made,
                file,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
