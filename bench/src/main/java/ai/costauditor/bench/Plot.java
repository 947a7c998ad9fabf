package ai.costauditor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Calls per second of each target, by the number of connections; without the provider itself, which dwarfs the others. */
final class Plot {

    private Plot() {}

    static void write(Path file, List<Map<String, Object>> figures) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(900)
                .height(450)
                .title("Calls per second")
                .xAxisTitle("connections")
                .build();
        Map<String, Map<String, Number>> series = new LinkedHashMap<>();
        for (Map<String, Object> figure : figures) {
            String target = String.valueOf(figure.get("target"));
            if (!target.equals("upstream") && figure.get("calls_per_second") instanceof Number rate) {
                series.computeIfAbsent(target, name -> new LinkedHashMap<>())
                        .put(String.valueOf(figure.get("connections")), rate);
            }
        }
        series.forEach(
                (name, points) -> chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values())));
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
