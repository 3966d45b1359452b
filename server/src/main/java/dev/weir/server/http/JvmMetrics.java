package dev.weir.server.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the JVM and the process tell of themselves, under the names that Prometheus uses. */
final class JvmMetrics {
  private static final double NS = 1e9;
  private static final double MS = 1e3;
  private static final Path RESIDENT = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4096;

  private JvmMetrics() {}

  static void write(MetricsText to) {
    process(to);
    memory(to);
    collectors(to, ManagementFactory.getGarbageCollectorMXBeans());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    to.metric("jvm_threads_current", "gauge", "Threads.")
        .sample(Map.of(), threads.getThreadCount());
    to.metric("jvm_threads_daemon", "gauge", "Threads that do not keep the process alive.")
        .sample(Map.of(), threads.getDaemonThreadCount());
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    to.metric("jvm_classes_currently_loaded", "gauge", "Classes that are loaded.")
        .sample(Map.of(), classes.getLoadedClassCount());
  }

  private static void process(MetricsText to) {
    to.metric("process_start_time_seconds", "gauge", "When the process began, since the epoch.")
        .sample(Map.of(), ManagementFactory.getRuntimeMXBean().getStartTime() / MS);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
      to.metric("process_cpu_seconds_total", "counter", "Time of all cores that it has used.")
          .sample(Map.of(), os.getProcessCpuTime() / NS);
      to.metric("process_open_fds", "gauge", "Open files and sockets.")
          .sample(Map.of(), os.getOpenFileDescriptorCount());
      to.metric("process_max_fds", "gauge", "Files and sockets that it may have open.")
          .sample(Map.of(), os.getMaxFileDescriptorCount());
    }
    try {
      String[] pages = Files.readString(RESIDENT).split(" ", 3);
      to.metric("process_resident_memory_bytes", "gauge", "Memory in use, mapped files included.")
          .sample(Map.of(), Long.parseLong(pages[1]) * PAGE_BYTES);
    } catch (IOException e) {
      // only Linux tells
    }
  }

  private static void memory(MetricsText to) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    to.metric("jvm_memory_used_bytes", "gauge", "Memory that the JVM uses.")
        .sample(Map.of("area", "heap"), heap.getUsed())
        .sample(Map.of("area", "nonheap"), other.getUsed());
    to.metric("jvm_memory_committed_bytes", "gauge", "Memory that the JVM has reserved.")
        .sample(Map.of("area", "heap"), heap.getCommitted())
        .sample(Map.of("area", "nonheap"), other.getCommitted());
    to.metric("jvm_memory_max_bytes", "gauge", "Memory that the JVM may use; -1: no limit.")
        .sample(Map.of("area", "heap"), heap.getMax())
        .sample(Map.of("area", "nonheap"), other.getMax());
    to.metric("jvm_buffer_pool_used_bytes", "gauge", "Buffers outside of the heap.");
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      to.sample(Map.of("pool", pool.getName()), pool.getMemoryUsed());
    }
  }

  private static void collectors(MetricsText to, List<GarbageCollectorMXBean> collectors) {
    to.metric("jvm_gc_collection_seconds", "summary", "Collections of garbage.");
    for (GarbageCollectorMXBean gc : collectors) {
      to.summary(Map.of("gc", gc.getName()), gc.getCollectionCount(), gc.getCollectionTime() / MS);
    }
  }
}
