// SPDX-License-Identifier: Apache-2.0
package sluice.core.inet;

/**
 * How far a destination, or an address, reaches; the narrower, the greater.
 *
 * @kernel include/uapi/linux/rtnetlink.h:enum rt_scope_t
 */
public enum Scope {
    UNIVERSE("global"),
    SITE("site"),
    LINK("link"),
    HOST("host"),
    NOWHERE("nowhere");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
