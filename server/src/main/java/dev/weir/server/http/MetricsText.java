package dev.weir.server.http;

import java.util.Map;
import java.util.TreeMap;

/** Metrics in the text format of Prometheus 0.0.4. Owned by one thread. */
final class MetricsText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder();

  /** Begins a metric; its samples follow. */
  MetricsText metric(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  MetricsText sample(String name, long value) {
    return sample(name, Map.of(), value);
  }

  MetricsText sample(String name, Map<String, String> labels, long value) {
    begin(name, labels);
    text.append(value).append('\n');
    return this;
  }

  MetricsText sample(String name, Map<String, String> labels, double value) {
    begin(name, labels);
    text.append(value).append('\n');
    return this;
  }

  private void begin(String name, Map<String, String> labels) {
    text.append(name);
    String lead = "{";
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      text.append(lead).append(label.getKey()).append("=\"");
      text.append(
          label.getValue().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      text.append('"');
      lead = ",";
    }
    text.append(labels.isEmpty() ? " " : "} ");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
