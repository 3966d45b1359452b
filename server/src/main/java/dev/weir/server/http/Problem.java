package dev.weir.server.http;

/**
 * Ends a request with an error: status and one sentence, which shows no value of an event. The body
 * is that of RFC 9457.
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int retryAfterS;

  Problem(int status, String detail) {
    this(status, detail, 0);
  }

  /**
   * As above.
   *
   * @param retryAfterS seconds after which it may be tried again; 0: nothing is said
   */
  Problem(int status, String detail, int retryAfterS) {
    super(detail, null, false, false);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }

  int status() {
    return status;
  }

  int retryAfterS() {
    return retryAfterS;
  }

  /** The body. */
  String json() {
    JsonText json = new JsonText();
    json.begin().put("type", "about:blank").put("title", title()).put("status", status);
    return json.put("detail", String.valueOf(getMessage())).end().toString();
  }

  private String title() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 421 -> "Misdirected Request";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> status >= 500 ? "Internal Server Error" : "Error";
    };
  }
}
