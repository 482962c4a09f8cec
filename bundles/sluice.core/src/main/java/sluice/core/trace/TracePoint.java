// SPDX-License-Identifier: Apache-2.0
package sluice.core.trace;

import org.osgi.framework.BundleReference;
import sluice.core.skb.SkBuff;

/**
 * A place in the code with the name of the kernel function that it stands for. Used as {@code if (Trace.on()) POINT.hit(skb,
 * "…");}, so that neither the call nor its arguments cost anything while tracing is off. Holds names only, no classes.
 *
 * @kernel include/linux/tracepoint.h
 */
public final class TracePoint {
    private final String function;
    private final String bundle;

    private TracePoint(String function, String bundle) {
        this.function = function;
        this.bundle = bundle;
    }

    /** @param where the class that does the work; its bundle is shown */
    public static TracePoint of(Class<?> where, String function) {
        return new TracePoint(function, bundleOf(where));
    }

    /** The packet passed here. @param decision what became of it, in a few words */
    public void hit(SkBuff skb, String decision) {
        PacketTrace t = skb.trace;
        if (t != null) {
            t.add(function, bundle, decision, Tracer.netOf(skb));
        }
    }

    /** As {@link #hit(SkBuff, String)}, for work that another bundle did. */
    public void hit(SkBuff skb, String decision, String provider) {
        PacketTrace t = skb.trace;
        if (t != null) {
            t.add(function, provider, decision, Tracer.netOf(skb));
        }
    }

    /** The send that this thread is about passed here, before it has a packet. */
    public void hit(String decision) {
        PacketTrace t = Tracer.current();
        if (t != null) {
            t.add(function, bundle, decision, "");
        }
    }

    private static String bundleOf(Class<?> where) {
        if (where.getClassLoader() instanceof BundleReference r && r.getBundle() != null) {
            String name = r.getBundle().getSymbolicName();
            if (name != null) {
                return name;
            }
        }
        String p = where.getPackageName();
        return p.startsWith("sluice.core") ? "sluice.core" : p.replace(".internal", "");
    }
}
