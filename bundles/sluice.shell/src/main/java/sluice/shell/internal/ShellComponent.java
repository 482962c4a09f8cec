// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandProcessor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import sluice.core.Stack;

/**
 * The shell as a service: registers the commands, and waits for the launcher to lend it the main thread. What it started
 * has ended when it is deactivated.
 */
@Component(immediate = true, property = "main.thread:Boolean=true")
public final class ShellComponent implements Callable<Integer> {
    private static final long END_MILLIS = 500;

    private final StackRef stack = new StackRef();
    private final CommandProcessor processor;
    private final BundleContext context;
    private final CommandSet commands;
    private final Program program;
    private volatile @Nullable Thread main;
    private volatile @Nullable CountDownLatch running;

    @Reference(
            target = "(sluice.args=true)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable Supplier<String[]> arguments;

    @Activate
    public ShellComponent(BundleContext context, @Reference CommandProcessor processor) {
        this.context = context;
        this.processor = processor;
        commands = new CommandSet(context, stack);
        program = new Program(this.processor, commands, stack);
        commands.register(context);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void addStack(Stack s) {
        stack.set(s);
    }

    void removeStack(Stack s) {
        stack.clear(s);
    }

    /** The main loop; returns the program's exit status. */
    @Override
    public Integer call() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        running = ended;
        main = Thread.currentThread();
        try {
            Supplier<String[]> args = arguments;
            boolean configure = !"none".equals(context.getProperty(StartUp.PROPERTY));
            return program.run(args == null ? List.of() : List.of(args.get()), configure);
        } catch (InterruptedException e) {
            return CommandException.INTERRUPTED;
        } finally {
            main = null;
            ended.countDown();
        }
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        program.close();
        Thread t = main;
        CountDownLatch ended = running;
        if (t != null && ended != null && !t.equals(Thread.currentThread())) {
            t.interrupt();
            // The terminal must be back in its old state before the program ends. On SIGTERM JLine sees to that itself,
            // and the thread stays in its read.
            boolean unused = ended.await(END_MILLIS, TimeUnit.MILLISECONDS);
        }
        commands.close();
    }
}
