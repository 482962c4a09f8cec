// SPDX-License-Identifier: Apache-2.0
package sluice.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sluice.core.skb.Page;
import sluice.core.skb.SkBuffPool;

/** Fails a test that leaves packets or pages behind. */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
    private long packets;
    private long pages;

    @Override
    public void beforeEach(ExtensionContext context) {
        packets = SkBuffPool.inUse();
        pages = Page.inUse();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            assertEquals(packets, SkBuffPool.inUse(), "packets in use after the test");
            assertEquals(pages, Page.inUse(), "pages in use after the test");
        }
    }
}
