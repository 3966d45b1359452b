package dev.weir.server;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.LogCheck;
import dev.weir.journal.LogDump;
import dev.weir.journal.LogException;
import dev.weir.journal.LogRepair;
import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.agrona.DirectBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code weir journal}: looks into a journal or an alert log, checks it, saves what is left of it.
 */
@Command(
    name = "journal",
    description = "Look into a journal or an alert log, check it, repair it.",
    footer = {
      "",
      "Examples:",
      "  weir journal verify data/journal",
      "  weir journal repair data/journal --to data/journal-repaired"
    })
final class JournalCommand implements Runnable {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** What can be said of a log: counts first, then damage. */
  @Command(
      name = "info",
      description = "Say what a log holds. Reads all of it.",
      footer = {
        "",
        "Examples:",
        "  weir journal info data/journal",
        "  weir journal info data/alerts"
      })
  int info(@Parameters(paramLabel = "FOLDER", description = "Folder of the log.") Path folder) {
    return checked(
        out -> {
          LogCheck.Report report = LogCheck.verify(folder);
          out.println("positions  " + report.firstPosition() + " to " + report.nextPosition());
          out.println("records    " + report.records());
          out.println("batches    " + report.batches());
          out.println("segments   " + report.segments());
          out.println("bytes      " + report.bytes());
          if (report.batches() > 0) {
            out.println("appended   " + time(report.firstAppendedNs()));
            out.println("      to   " + time(report.lastAppendedNs()));
            out.println("watermark  " + time(report.watermarkNs()));
          }
          out.println("closed     " + (report.wasClosed() ? "yes" : "no"));
          return show(out, report);
        });
  }

  @Command(
      name = "verify",
      description = "Check every batch of a log; name all damage.",
      footer = {
        "",
        "Exit code 0: whole; 1: damaged.",
        "",
        "Examples:",
        "  weir journal verify data/journal",
        "  weir journal verify data/alerts"
      })
  int verify(@Parameters(paramLabel = "FOLDER", description = "Folder of the log.") Path folder) {
    return checked(
        out -> {
          LogCheck.Report report = LogCheck.verify(folder);
          int code = show(out, report);
          if (code == ExitCode.OK) {
            out.println("whole: " + report.records() + " records up to " + report.nextPosition());
          }
          return code;
        });
  }

  @Command(
      name = "repair",
      description = "Write what can be read of a damaged log into a new folder.",
      footer = {
        "",
        "The damaged log is not changed. Records keep their positions; what is lost is a gap.",
        "",
        "Examples:",
        "  weir journal repair data/journal --to data/journal-repaired",
        "  weir journal repair data/alerts --to data/alerts-repaired"
      })
  int repair(
      @Parameters(paramLabel = "FOLDER", description = "Folder of the log.") Path folder,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "FOLDER",
              description = "New folder, empty or not there yet.")
          Path to) {
    return checked(
        out -> {
          LogRepair.Repaired repaired = LogRepair.repair(folder, to);
          repaired.damages().forEach(out::println);
          out.println(
              "saved "
                  + repaired.records()
                  + " records, lost "
                  + repaired.lost()
                  + " positions; goes on at "
                  + repaired.nextPosition());
          return ExitCode.OK;
        });
  }

  @Command(
      name = "dump",
      description = "Print one line for each record.",
      footer = {
        "",
        "Examples:",
        "  weir journal dump data/journal --from 1000 --to 1010",
        "  weir journal dump data/journal | grep deployment"
      })
  int dump(
      @Parameters(paramLabel = "FOLDER", description = "Folder of the log.") Path folder,
      @Option(names = "--from", paramLabel = "POSITION", description = "First position.") long from,
      @Option(
              names = "--to",
              paramLabel = "POSITION",
              defaultValue = "9223372036854775807",
              description = "The position after the last one.")
          long to) {
    return checked(out -> give(folder, from, to, new Lines(out)));
  }

  @Command(
      name = "export",
      description = "Write records as JSON Lines, each whole, in base 64.",
      footer = {
        "",
        "Examples:",
        "  weir journal export data/journal > journal.jsonl",
        "  weir journal export data/journal --from 1000 --to 2000 > part.jsonl"
      })
  int export(
      @Parameters(paramLabel = "FOLDER", description = "Folder of the log.") Path folder,
      @Option(names = "--from", paramLabel = "POSITION", description = "First position.") long from,
      @Option(
              names = "--to",
              paramLabel = "POSITION",
              defaultValue = "9223372036854775807",
              description = "The position after the last one.")
          long to) {
    return checked(out -> give(folder, from, to, new JsonLines(out)));
  }

  private static int give(Path folder, long from, long to, LogDump.Receiver receiver) {
    LogDump.records(folder, from, to, receiver);
    return ExitCode.OK;
  }

  private int checked(ToIntFunction<PrintWriter> work) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      return work.applyAsInt(out);
    } catch (LogException e) {
      spec.commandLine().getErr().println("weir: " + e.getMessage());
      return ExitCode.IO;
    }
  }

  private static int show(PrintWriter out, LogCheck.Report report) {
    report.damages().forEach(out::println);
    if (!report.unfinished().isEmpty()) {
      out.println("unfinished, no damage: " + report.unfinished());
    }
    return report.damages().isEmpty() ? ExitCode.OK : ExitCode.FINDINGS;
  }

  private static String time(long ns) {
    return ns == Long.MIN_VALUE
        ? "none"
        : Instant.ofEpochSecond(Math.floorDiv(ns, NS_PER_SECOND), Math.floorMod(ns, NS_PER_SECOND))
            .toString();
  }

  /** A line for people: position, time, what it is, source, verdict, bytes. */
  private record Lines(PrintWriter out) implements LogDump.Receiver {
    @Override
    public void onRecord(BatchView batch, long position, DirectBuffer buffer, int at, int length) {
      String what =
          ControlRecord.is(buffer, at)
              ? ControlRecord.nameOf(ControlRecord.kind(buffer, at))
              : "type " + (buffer.getShort(at + RecordLayout.TYPE_ID_OFFSET, LE) & 0xffff);
      String verdict =
          switch (buffer.getByte(at + RecordLayout.VERDICT_OFFSET)) {
            case RecordLayout.VERDICT_IN_TIME -> "in time";
            case RecordLayout.VERDICT_LATE -> "late";
            case RecordLayout.VERDICT_REPEAT -> "repeat";
            default -> "-";
          };
      out.println(
          String.format(
              Locale.ROOT,
              "%d  %s  %s  source %d  %s  %d bytes",
              position,
              time(buffer.getLong(at + RecordLayout.TIME_OFFSET, LE)),
              what,
              RecordLayout.sourceId(buffer, at),
              verdict,
              length));
    }

    @Override
    public void onGap(long from, long to) {
      out.println(from + " to " + (to - 1) + "  lost");
    }
  }

  /** An object for each record; {@code record} is the whole record as it stands in the log. */
  private record JsonLines(PrintWriter out) implements LogDump.Receiver {
    @Override
    public void onRecord(BatchView batch, long position, DirectBuffer buffer, int at, int length) {
      byte[] record = new byte[length];
      buffer.getBytes(at, record);
      out.println(
          "{\"position\":\""
              + position
              + "\",\"appended\":\""
              + time(batch.appendedNs())
              + "\",\"record\":\""
              + Base64.getEncoder().encodeToString(record)
              + "\"}");
    }

    @Override
    public void onGap(long from, long to) {
      out.println("{\"lost_from\":\"" + from + "\",\"lost_to\":\"" + to + "\"}");
    }
  }
}
