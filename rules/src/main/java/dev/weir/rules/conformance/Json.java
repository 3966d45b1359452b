package dev.weir.rules.conformance;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * An object of a case file. Every reading of a member that is not as expected throws {@link
 * BadCaseException}. Immutable.
 */
record Json(Map<?, ?> members) {
  /** One line of a file; JSON is read as the YAML that it also is. */
  static Json parse(String line) {
    try {
      Object read =
          new Load(LoadSettings.builder().setCodePointLimit(1 << 24).build()).loadFromString(line);
      return of(read);
    } catch (YamlEngineException e) {
      throw new BadCaseException("not JSON: " + firstLine(String.valueOf(e.getMessage())));
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  static Json of(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Json(map);
    }
    throw new BadCaseException("not an object: " + value);
  }

  boolean has(String name) {
    return members.get(name) != null;
  }

  Object value(String name) {
    Object value = members.get(name);
    if (value == null) {
      throw new BadCaseException("missing: " + name);
    }
    return value;
  }

  String text(String name) {
    if (value(name) instanceof String text) {
      return text;
    }
    throw new BadCaseException("not a text: " + name);
  }

  Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  Json object(String name) {
    return of(value(name));
  }

  /** Objects; none where the member is absent. */
  List<Json> objects(String name) {
    return has(name) ? list(name).stream().map(Json::of).toList() : List.of();
  }

  List<?> list(String name) {
    if (value(name) instanceof List<?> list) {
      return list;
    }
    throw new BadCaseException("not a list: " + name);
  }

  /** Texts; none where the member is absent. */
  List<String> texts(String name) {
    return has(name) ? list(name).stream().map(String::valueOf).toList() : List.of();
  }

  long number(String name) {
    if (value(name) instanceof Number number) {
      return number.longValue();
    }
    throw new BadCaseException("not a number: " + name);
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  /** A number exactly as it was written, with as few digits as say it. */
  static BigDecimal exact(Number number) {
    BigDecimal exact = new BigDecimal(number.toString());
    return exact.signum() == 0 || exact.stripTrailingZeros().scale() < 0
        ? exact.setScale(0, java.math.RoundingMode.UNNECESSARY)
        : exact.stripTrailingZeros();
  }
}
