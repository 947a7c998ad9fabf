package ai.costauditor.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Processor time of programs and of everything that they have started: it says the same on a busy computer. */
final class CpuTime {

    private CpuTime() {}

    static Duration of(List<ProcessHandle> programs) {
        return programs.stream()
                .flatMap(program -> Stream.concat(Stream.of(program), program.descendants()))
                .distinct()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }
}
