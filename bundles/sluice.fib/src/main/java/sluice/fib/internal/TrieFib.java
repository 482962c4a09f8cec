// SPDX-License-Identifier: Apache-2.0
package sluice.fib.internal;

import org.osgi.service.component.annotations.Component;
import sluice.core.inet.FibIndex;
import sluice.core.inet.FibOps;

/** Looks routes up in tries, one a table; see {@link FibTrie}. */
@Component(service = FibOps.class)
public final class TrieFib implements FibOps {
    @Override
    public FibIndex newIndex() {
        return new FibTrie();
    }
}
