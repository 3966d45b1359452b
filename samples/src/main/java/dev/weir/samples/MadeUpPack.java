package dev.weir.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** The rule packs whose data are made up; the same seed gives the same events. */
public enum MadeUpPack {
  /** Cards, online and in shops. */
  CARDS("cards") {
    @Override
    EventStream stream(long seed) {
      return CardStream.of(new Random(seed));
    }
  },
  /** Accounts: cash, transfers, credit. */
  MONEY_LAUNDERING("money-laundering") {
    @Override
    EventStream stream(long seed) {
      return AccountStream.of(new Random(seed));
    }
  },
  /** Platforms, telephones, markets. */
  ABUSE("abuse") {
    @Override
    EventStream stream(long seed) {
      return PlatformStream.of(new Random(seed));
    }
  },
  /** A company's own systems. */
  SECURITY("security") {
    @Override
    EventStream stream(long seed) {
      return CompanyStream.of(new Random(seed));
    }
  };

  /** The seed of the data that ship with the packs. */
  static final long SEED = 20_260_105L;

  /** The file of the alerts that the data must give. */
  static final String ALERTS_FILE = "alerts.csv";

  private final String folder;

  MadeUpPack(String folder) {
    this.folder = folder;
  }

  /** Its folder in {@code samples}. */
  String folder() {
    return folder;
  }

  /** The whole stream. */
  abstract EventStream stream(long seed);

  /** Writes all files of a stream into a folder. */
  void write(Path to, long seed) throws IOException {
    EventStream stream = stream(seed);
    for (Map.Entry<String, String> file : stream.files().entrySet()) {
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(to.resolve(file.getKey() + ".gz")))) {
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.writeString(to.resolve(ALERTS_FILE), stream.alertsText());
  }

  /** {@code MadeUpPack PACK FOLDER [SEED]}. */
  public static void main(String[] args) throws IOException {
    for (MadeUpPack pack : values()) {
      if (args.length >= 2 && args.length <= 3 && pack.folder.equals(args[0])) {
        pack.write(Path.of(args[1]), args.length == 3 ? Long.parseLong(args[2]) : SEED);
        return;
      }
    }
    System.err.println(
        Arrays.stream(values())
            .map(pack -> pack.folder)
            .collect(Collectors.joining("|", "usage: MadeUpPack ", " FOLDER [SEED]")));
    System.exit(2);
  }
}
