package dev.weir;

import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs an agent on a thread of its own until it is stopped, or until it throws: what it threw ends
 * it and is told, since a stage that failed in the middle of a record cannot go on.
 */
final class AgentThread {
  private final Agent agent;
  private final IdleStrategy idle;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private volatile boolean isStopped;

  AgentThread(Agent agent, IdleStrategy idle, Consumer<Throwable> failed) {
    this.agent = agent;
    this.idle = idle;
    this.failed = failed;
    this.thread = new Thread(this::run, "weir-" + agent.roleName());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!isStopped) {
        idle.idle(agent.doWork());
      }
    } catch (Exception | Error e) {
      failed.accept(e);
    }
  }

  /** Ends the agent behind its turn. Any thread. */
  void stop() {
    isStopped = true;
  }

  /** Waits for its end; an interrupt is kept for later. */
  void join() {
    boolean wasInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
