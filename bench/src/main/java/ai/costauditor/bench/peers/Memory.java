package ai.costauditor.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Resident memory of a group of processes, in which a page that several of them share counts once. */
final class Memory {

    private Memory() {}

    static long mebibytes(List<ProcessHandle> processes) {
        return processes.stream().mapToLong(Memory::kibibytes).sum() / 1024;
    }

    private static long kibibytes(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException ended) {
            return 0;
        }
    }
}
