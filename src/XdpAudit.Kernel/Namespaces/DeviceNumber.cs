namespace XdpAudit.Kernel;

/// <summary>The three ways in which a device is numbered: major and minor, the kernel's dev_t, and st_dev of stat(2).</summary>
internal static class DeviceNumber
{
    /// <summary>makedev(3): what stat(2) gives.</summary>
    internal static ulong Make(uint major, uint minor) =>
        (minor & 0xff) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & ~0xffu) << 12) | ((ulong)(major & ~0xfffu) << 32);

    /// <summary>include/linux/kdev_t.h: the minor is in the lower 20 bits.</summary>
    internal static ulong FromKernel(uint device) => Make(device >> 20, device & 0xfffff);
}
