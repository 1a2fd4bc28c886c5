package dev.nightdesk.toolkit.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Which addresses are somewhere in the open internet, and not in a network of one's own. */
final class Addresses {
  private Addresses() {}

  /**
   * False for this machine, its network and its neighbours: loopback, private, link-local (where
   * clouds keep their metadata), shared, reserved, multicast; and for what leads there from IPv6.
   */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean reserved =
        first == 0
            || first >= 240
            || (first == 100 && (second & 0xc0) == 64)
            || (first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2))
            || (first == 198 && (second & 0xfe) == 18);
    return !reserved;
  }

  private static boolean isPublic6(byte[] bytes) {
    int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    if (first == 0x2002) {
      return embedded(bytes, 2);
    }
    if (first == 0x0064 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b) {
      return embedded(bytes, 12);
    }
    // the internet is in 2000::/3; 2001:0::/32 tunnels to IPv4 addresses that cannot be read here
    boolean teredo = first == 0x2001 && bytes[2] == 0 && bytes[3] == 0;
    return (first & 0xe000) == 0x2000 && !teredo;
  }

  private static boolean embedded(byte[] bytes, int from) {
    try {
      return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }
}
