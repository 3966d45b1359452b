package dev.weir.samples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** Makes the data of {@code samples/account-takeover}; the same seed gives the same events. */
public final class AccountTakeoverData {
  /** The seed of the data that ship with the sample. */
  public static final long SEED = 20_260_105L;

  /** The file of the alerts that the data must give. */
  public static final String PLANTED_FILE = "planted.csv";

  private AccountTakeoverData() {}

  /** The whole stream. */
  public static BankStream of(long seed) {
    BankStream stream = new BankStream();
    new UsualLife(stream, new Random(seed)).live();
    new PlantedCases(stream).plant();
    return stream;
  }

  /** {@code planted.csv}: time, rule and key of each alert. */
  public static String plantedText(BankStream stream) {
    return stream.planted().stream()
        .map(planted -> planted + "\n")
        .collect(Collectors.joining("", "time,rule,key\n", ""));
  }

  /** Writes all files into a folder: {@code AccountTakeoverData FOLDER [SEED]}. */
  public static void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: AccountTakeoverData FOLDER [SEED]");
      System.exit(2);
    }
    Path folder = Path.of(args[0]);
    BankStream stream = of(args.length == 2 ? Long.parseLong(args[1]) : SEED);
    for (BankStream.Source source : BankStream.Source.values()) {
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(folder.resolve(source.file() + ".gz")))) {
        out.write(stream.text(source).getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.writeString(folder.resolve(PLANTED_FILE), plantedText(stream));
  }
}
