// SPDX-License-Identifier: Apache-2.0
package sluice.core.dev;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sluice.core.Errno;
import sluice.core.Net;

/**
 * What {@link LinkOps#newLink} is asked for: a name, a namespace and the kind's own arguments. The devices it creates are
 * registered together once it returns, or not at all.
 */
public final class LinkRequest {
    /** A device that is to be registered, and where. */
    record Made(NetDevice dev, Net net) {}

    private final Net net;
    private final String name;
    private final String kind;
    private final Map<String, String> arguments;
    private final List<Made> made = new ArrayList<>();

    /** @param arguments words after the kind, as pairs; empty value for a word of its own */
    public LinkRequest(Net net, String name, String kind, Map<String, String> arguments) {
        this.net = net;
        this.name = name;
        this.kind = kind;
        this.arguments = Map.copyOf(arguments);
    }

    public Net net() {
        return net;
    }

    public String name() {
        return name;
    }

    public String kind() {
        return kind;
    }

    public Map<String, String> arguments() {
        return arguments;
    }

    /** Makes a device in the request's namespace, under the request's name. */
    public NetDevice create(NetDeviceOps ops) throws LinkException {
        return create(net, name, ops);
    }

    /** Makes a further device, such as the other end of a pair. */
    public NetDevice create(Net where, String deviceName, NetDeviceOps ops) throws LinkException {
        if (!isValidName(deviceName)) {
            throw new LinkException(Errno.EINVAL, "\"" + deviceName + "\" is not a valid device name");
        }
        if (where.devices().byName(deviceName) != null || isMade(where, deviceName)) {
            throw new LinkException(Errno.EEXIST, "device \"" + deviceName + "\" exists in namespace " + where);
        }
        NetDevice dev = new NetDevice(where, deviceName, kind, ops);
        dev.setLinkArguments(arguments);
        made.add(new Made(dev, where));
        return dev;
    }

    private boolean isMade(Net where, String deviceName) {
        return made.stream()
                .anyMatch(m -> m.net().equals(where) && m.dev().name().equals(deviceName));
    }

    /** @kernel net/core/dev.c:dev_valid_name */
    static boolean isValidName(String name) {
        return name.matches("[^\\s/:]{1,15}") && !name.equals(".") && !name.equals("..");
    }

    List<Made> made() {
        return made;
    }
}
