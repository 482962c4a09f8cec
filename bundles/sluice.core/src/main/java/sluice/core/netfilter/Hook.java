// SPDX-License-Identifier: Apache-2.0
package sluice.core.netfilter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where a {@link NfHook} class is to be called. A netfilter module is one class with this and {@code @Component}:
 *
 * <pre>{@code
 * @Component
 * @Hook(NfInetHook.NF_INET_LOCAL_IN)
 * public final class DropTelnet implements NfHook { … }
 * }</pre>
 *
 * @kernel include/linux/netfilter.h:struct nf_hook_ops
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Hook {
    // Usual priorities. @kernel include/uapi/linux/netfilter_ipv4.h:enum nf_ip_hook_priorities
    int PRI_RAW = -300;
    int PRI_CONNTRACK = -200;
    int PRI_MANGLE = -150;
    int PRI_NAT_DST = -100;
    int PRI_FILTER = 0;
    int PRI_SECURITY = 50;
    int PRI_NAT_SRC = 100;

    /** The places. */
    NfInetHook[] value();

    NfProto pf() default NfProto.IPV4;

    /** Lower ones are called first. */
    int priority() default PRI_FILTER;

    /** Name of the one namespace to be called in; all when empty. */
    String net() default "";

    /** Whether packets pass when the hook throws an exception; they are dropped otherwise. */
    boolean failOpen() default false;
}
