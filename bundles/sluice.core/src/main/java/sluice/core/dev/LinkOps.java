// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of device that can be made by {@code ip link add … type KIND}; the service of a driver bundle. When the bundle
 * goes, core parks its devices with addresses and routes; when it is back it makes them again through {@link #newLink}.
 *
 * @kernel include/net/rtnetlink.h:struct rtnl_link_ops
 */
@ConsumerType
public interface LinkOps {
    /** The kind's name, such as {@code veth}. */
    String kind();

    /**
     * Makes one device, or a pair: sets {@link NetDevice}'s type, features, MTU, address, queues and ops by {@link
     * LinkRequest#create}.
     *
     * @throws LinkException when the device can't be made, with a message for the user
     */
    void newLink(LinkRequest request) throws LinkException;

    /** Usage of the kind's own arguments, for {@code ip link help}. */
    default String usage() {
        return "";
    }
}
