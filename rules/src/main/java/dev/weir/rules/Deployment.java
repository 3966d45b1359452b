package dev.weir.rules;

import dev.weir.dsl.plan.ClosingRules;
import dev.weir.dsl.plan.RulePlan;
import dev.weir.dsl.plan.RuleSetHash;
import dev.weir.dsl.plan.RuleSetPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * A rule set as it goes live, complete in itself: its texts, and those of earlier sets some rules
 * of which complete what they have. As bytes it is the body of a deployment record. Immutable.
 *
 * @param hash identity of the set: {@link RuleSetHash}
 * @param source texts of the set
 * @param earlier sets of which some rules are closing, the oldest first
 * @param names all rules that ever were, in the order in which they came: a rule's place is its
 *     number for good
 * @param note who or what brought it, for people
 * @param live the plan of the set alone
 * @param plan the plan of the set with the closing rules
 */
public record Deployment(
    String hash,
    RuleSource source,
    List<Earlier> earlier,
    List<String> names,
    String note,
    RuleSetPlan live,
    RuleSetPlan plan) {
  private static final int VERSION = 1;

  public Deployment {
    earlier = List.copyOf(earlier);
    names = List.copyOf(names);
  }

  /**
   * Rules of an earlier set that are closing.
   *
   * @param rules their names
   */
  public record Earlier(RuleSource source, List<String> rules) {
    public Earlier {
      rules = List.copyOf(rules);
    }
  }

  /** The first one. */
  public static Deployment first(RuleSource source, String note) {
    return of(source, List.of(), List.of(), note);
  }

  /**
   * The one that puts this set in the place of what this deployment has.
   *
   * @param ended names and versions of closing rules that hold nothing any more
   * @throws BadDeploymentException if the set has mistakes, or other event types
   */
  public Deployment next(RuleSource other, Set<Closing> ended, String note) {
    RuleSetPlan to = planOf(other);
    if (!to.types().equals(live.types())) {
      throw new BadDeploymentException(
          "the event types differ: those of a data folder stay as they are");
    }
    Set<Closing> revived = new LinkedHashSet<>();
    to.rules().forEach(rule -> revived.add(new Closing(rule.name(), rule.version())));
    List<Earlier> still = new ArrayList<>();
    for (Earlier set : earlier) {
      RuleSetPlan old = planOf(set.source());
      List<String> left = new ArrayList<>();
      for (RulePlan rule : old.rules()) {
        Closing closing = new Closing(rule.name(), rule.version());
        if (set.rules().contains(rule.name())
            && !ended.contains(closing)
            && !revived.contains(closing)) {
          left.add(rule.name());
        }
      }
      if (!left.isEmpty()) {
        still.add(new Earlier(set.source(), left));
      }
    }
    List<String> closing =
        RuleChange.between(live, to).stream()
            .filter(change -> change.then() == RuleChange.Then.FINISH)
            .map(RuleChange::rule)
            .toList();
    if (!closing.isEmpty()) {
      still.add(new Earlier(source, closing));
    }
    return of(other, still, names, note);
  }

  /** A rule that completes what it has. */
  public record Closing(String rule, String version) {}

  private static Deployment of(
      RuleSource source, List<Earlier> earlier, List<String> known, String note) {
    RuleSetPlan live = planOf(source);
    List<ClosingRules.Earlier> sets = new ArrayList<>();
    for (Earlier set : earlier) {
      sets.add(new ClosingRules.Earlier(planOf(set.source()), set.rules()));
    }
    RuleSetPlan plan = ClosingRules.beside(live, sets);
    Set<String> names = new LinkedHashSet<>(known);
    plan.rules().forEach(rule -> names.add(rule.name()));
    return new Deployment(
        RuleSetHash.of(live), source, earlier, List.copyOf(names), note, live, plan);
  }

  private static RuleSetPlan planOf(RuleSource source) {
    RuleSetLoader.Loaded loaded = source.check();
    return loaded
        .plan()
        .orElseThrow(
            () ->
                new BadDeploymentException(
                    dev.weir.dsl.diagnostic.DiagnosticText.render(loaded.diagnostics())));
  }

  /** For each rule of {@link #plan} its number for good. */
  public int[] numbers() {
    Map<String, Integer> places = new LinkedHashMap<>();
    names.forEach(name -> places.put(name, places.size()));
    return plan.rules().stream().mapToInt(rule -> places.getOrDefault(rule.name(), -1)).toArray();
  }

  // ---- as bytes
  // -----------------------------------------------------------------------------------

  /** The body of its record. */
  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream to = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      to.writeInt(VERSION);
      text(to, hash);
      text(to, note);
      texts(to, names);
      source(to, source);
      to.writeInt(earlier.size());
      for (Earlier set : earlier) {
        texts(to, set.rules());
        source(to, set.source());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote, and compiles it.
   *
   * @throws BadDeploymentException if it cannot be read, or means something else to this version of
   *     Weir
   */
  public static Deployment decode(byte[] body) {
    try (DataInputStream from =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(body)))) {
      int version = from.readInt();
      if (version != VERSION) {
        throw new BadDeploymentException(
            "a deployment was written by another version of Weir: version=" + version);
      }
      String hash = text(from);
      String note = text(from);
      List<String> names = texts(from);
      RuleSource source = source(from);
      List<Earlier> earlier = new ArrayList<>();
      for (int left = from.readInt(); left > 0; left--) {
        List<String> rules = texts(from);
        earlier.add(new Earlier(source(from), rules));
      }
      Deployment read = of(source, earlier, names, note);
      if (!read.hash().equals(hash)) {
        throw new BadDeploymentException(
            "the rules of a deployment mean something else to this version of Weir: "
                + read.hash()
                + " instead of "
                + hash);
      }
      return read;
    } catch (IOException e) {
      throw new BadDeploymentException("a deployment cannot be read: " + e.getMessage());
    }
  }

  private static void text(DataOutputStream to, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  private static String text(DataInputStream from) throws IOException {
    int length = from.readInt();
    byte[] bytes = from.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("it ends too early");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void texts(DataOutputStream to, List<String> texts) throws IOException {
    to.writeInt(texts.size());
    for (String text : texts) {
      text(to, text);
    }
  }

  private static List<String> texts(DataInputStream from) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = from.readInt(); left > 0; left--) {
      texts.add(text(from));
    }
    return texts;
  }

  private static void source(DataOutputStream to, RuleSource source) throws IOException {
    to.writeInt(source.files().size());
    for (Map.Entry<String, String> file : source.files().entrySet()) {
      text(to, file.getKey());
      text(to, file.getValue());
    }
    to.writeInt(source.lists().size());
    for (Map.Entry<RuleSource.ListName, List<String>> list : source.lists().entrySet()) {
      text(to, list.getKey().file());
      text(to, list.getKey().name());
      texts(to, list.getValue());
    }
  }

  private static RuleSource source(DataInputStream from) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (int left = from.readInt(); left > 0; left--) {
      String name = text(from);
      files.put(name, text(from));
    }
    Map<RuleSource.ListName, List<String>> lists = new LinkedHashMap<>();
    for (int left = from.readInt(); left > 0; left--) {
      String file = text(from);
      String name = text(from);
      lists.put(new RuleSource.ListName(file, name), texts(from));
    }
    return new RuleSource(files, lists);
  }
}
