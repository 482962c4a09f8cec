// SPDX-License-Identifier: Apache-2.0
package sluice.driver.tap.internal;

import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import sluice.core.Errno;
import sluice.core.Net;
import sluice.core.dev.LinkException;
import sluice.core.dev.LinkOps;
import sluice.core.dev.LinkRequest;
import sluice.core.dev.NetDevice;
import sluice.posix.Posix;
import sluice.posix.PosixException;
import sluice.posix.Tun;
import sluice.posix.TunDevice;

/**
 * {@code ip link add NAME type tap}: a device of Sluice joined by a wire to an interface of the host kernel that has the
 * same name. The interface is made in the kernel namespace of the calling thread and goes with the device; one that was
 * there before ({@code ip tuntap add}) stays. Stateless; called under the rtnl monitor.
 *
 * @kernel drivers/net/tun.c:tun_set_iff
 */
@Component
public final class TapLink implements LinkOps {
    /** What the kernel takes and means literally: it would replace a %d. @kernel net/core/dev.c:dev_valid_name */
    private static final Pattern NAME = Pattern.compile("(?!\\.\\.?$)[!-~&&[^/:%]]{1,15}");

    private static final long LOCAL_BIT = 0x0200_0000_0000L;
    private static final long NOT_GROUP = 0xfeff_ffff_ffffL;

    @Override
    public String kind() {
        return "tap";
    }

    @Override
    public void newLink(LinkRequest request) throws LinkException {
        check(request);
        TunDevice tun = attach(request.name());
        try {
            NetDevice dev = request.create(new TapDevice(tun));
            dev.initAddress(randomAddress(request.net()));
        } catch (LinkException | RuntimeException e) {
            tun.close();
            throw e;
        }
    }

    /** What would end in a misleading message of the kernel. */
    private static void check(LinkRequest request) throws LinkException {
        if (!request.arguments().isEmpty()) {
            String words = String.join(" ", request.arguments().keySet());
            throw new LinkException(Errno.EINVAL, "devices of type \"tap\" take no arguments: " + words);
        }
        String name = request.name();
        if (!NAME.matcher(name).matches()) {
            throw new LinkException(
                    Errno.EINVAL,
                    "\"" + name
                            + "\" can't be an interface of the kernel: up to 15 ASCII characters but / : % and space");
        }
        if (request.net().devices().byName(name) != null) {
            throw new LinkException(Errno.EEXIST, "device \"" + name + "\" exists in namespace " + request.net());
        }
    }

    private static TunDevice attach(String name) throws LinkException {
        String unsupported = Posix.unsupportedReason();
        if (unsupported != null) {
            throw new LinkException(Errno.EOPNOTSUPP, "cannot make " + name + ": " + unsupported);
        }
        try {
            TunDevice tun = Tun.tap(name);
            TapDevice.prepare(tun);
            return tun;
        } catch (PosixException e) {
            throw new LinkException(e.errno(), String.valueOf(e.getMessage()));
        }
    }

    /** This end's own: the kernel gave its end another. @kernel include/linux/etherdevice.h:eth_random_addr */
    private static long randomAddress(Net net) {
        return net.stack().random().nextLong() & NOT_GROUP | LOCAL_BIT;
    }
}
