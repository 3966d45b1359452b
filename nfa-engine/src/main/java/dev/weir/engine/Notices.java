package dev.weir.engine;

/**
 * What is said of a start beside its matches: stages that it reaches, and its timeout. Cost: linear
 * in the partial matches that the event made, or that the start has. Owned by one thread.
 */
final class Notices {
  private final Arena arena;
  private final Evaluator evaluator;
  private final AlertRecord alert;
  private final Partials partials;
  private final Instant now;
  private final Ranking ranking;

  private int[] candidates = new int[16];
  private int count;

  Notices(
      Arena arena,
      Evaluator evaluator,
      AlertRecord alert,
      Partials partials,
      Instant now,
      Ranking ranking) {
    this.arena = arena;
    this.evaluator = evaluator;
    this.alert = alert;
    this.partials = partials;
    this.now = now;
    this.ranking = ranking;
  }

  /** Tells of the stages that starts have reached by the event; returns how many alerts it gave. */
  int stages(int row, long timeNs) {
    RuleProgram rule = now.rule;
    int place = 0;
    for (int i = 0; i < rule.notices.length; i++) {
      RuleProgram.Notice stage = rule.notices[i];
      if (i + 1 == rule.timeout) {
        continue;
      }
      int flag = Start.stage(i);
      count = 0;
      for (int f = 0; f < now.freshCount; f++) {
        int p = now.fresh[f];
        if (Partial.count(arena, p, stage.step()) >= stage.count()
            && !Start.has(arena, Partial.start(arena, p), flag)) {
          add(p);
        }
      }
      for (int c = 0; c < count; c++) {
        Start.mark(arena, Partial.start(arena, candidates[c]), flag);
      }
      if (count > 0) {
        tell(row, timeNs, i + 1, place++);
      }
    }
    return place;
  }

  private void add(int partial) {
    if (count == candidates.length) {
      candidates = java.util.Arrays.copyOf(candidates, count * 2);
    }
    candidates[count++] = partial;
  }

  private void tell(int row, long timeNs, int kind, int place) {
    ranking.rank(now.rule, candidates, count);
    int preferred = ranking.at(0);
    evaluator.partial(preferred);
    alert.ofMatch(now.rule, row, now.role, timeNs, kind, preferred, place);
  }

  /**
   * Notes the open partial matches of a start whose window ends: there is a timeout if it has some
   * and none of them completes, now or at a deadline of its own.
   */
  void noteTimeout(int start, Advance advance, long timeNs) {
    count = 0;
    if (Start.has(arena, start, Start.MATCHED)) {
      return;
    }
    for (int p = Start.first(arena, start); p != Arena.NULL; p = partials.nextOfStart(p)) {
      advance.closePast(p, timeNs - 1);
      if (Partial.has(arena, p, Partial.COMPLETE) || advance.waitsAtEnd(p)) {
        count = 0;
        return;
      }
      if (!Partial.has(arena, p, Partial.DEAD) && advance.isAlive(p)) {
        add(p);
      }
    }
  }

  void begin() {
    count = 0;
  }

  /** Tells of the timeout that was noted, if any; returns the place of the next alert. */
  int timeout(int row, long timeNs, int place) {
    if (count == 0) {
      return place;
    }
    tell(row, timeNs, now.rule.timeout, place);
    return place + 1;
  }
}
