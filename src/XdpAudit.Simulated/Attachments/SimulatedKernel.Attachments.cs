using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private sealed record Attached(uint Program, Link? Link);

    /// <summary>Somebody attaches a program by netlink and is done: nobody holds the attachment but the interface.</summary>
    /// <param name="program">The program.</param>
    /// <param name="at">Where.</param>
    /// <param name="mode">The mode; Unknown leaves it to the kernel.</param>
    /// <param name="replace">Without any flag, as <c>ip -force</c> does: what is attached by netlink is replaced silently.</param>
    public void AttachNetlinkForeign(ProgramRef program, InterfaceRef at, XdpMode mode = XdpMode.Unknown, bool replace = false) =>
        Demand(SetXdp(at, program.Id, mode, ifNoneExists: !replace, null));

    /// <summary>Somebody removes a netlink attachment. A mode that has none is a success, and nothing is removed.</summary>
    public void DetachNetlinkForeign(InterfaceRef at, XdpMode mode = XdpMode.Unknown) => Demand(SetXdp(at, null, mode, false, null));

    /// <summary>RTM_SETLINK with IFLA_XDP: errno, 0 for success, and the kernel's explanation. A null program removes.</summary>
    /// <param name="at">Where.</param>
    /// <param name="program">What is put there.</param>
    /// <param name="mode">The mode; Unknown leaves it to the kernel.</param>
    /// <param name="ifNoneExists">XDP_FLAGS_UPDATE_IF_NOEXIST.</param>
    /// <param name="expected">XDP_FLAGS_REPLACE: what must be there now.</param>
    public (int Errno, string? ExtAck) SetXdp(InterfaceRef at, KernelProgramId? program, XdpMode mode, bool ifNoneExists, KernelProgramId? expected)
    {
        lock (_gate)
        {
            if (DeviceAt(at) is not { } device)
            {
                return (Enodev, null);
            }

            if (program is { } set && !_programs.ContainsKey(set.Value))
            {
                return (Einval, null);
            }

            var answer = Attach(device, program?.Value, null, mode, ifNoneExists, expected?.Value);
            Sweep();
            return answer;
        }
    }

    private static void Demand((int Errno, string? ExtAck) answer)
    {
        if (answer.Errno != 0)
        {
            throw new InvalidOperationException($"the simulated kernel refused: {Name(answer.Errno)}: {answer.ExtAck}");
        }
    }

    private static List<ObservedXdp> Xdp(Device device) => [.. device.Attached.Select(a => new ObservedXdp(a.Key, new(a.Value.Program)))];

    // The order of the refusals is that of dev_xdp_attach() in net/core/dev.c.
    private static (int Errno, string? ExtAck) Attach(Device device, uint? program, Link? link, XdpMode asked, bool ifNoneExists, uint? expected)
    {
        var mode = asked != XdpMode.Unknown ? asked : device.Native ? XdpMode.Native : XdpMode.Generic;
        var there = device.Attached.GetValueOrDefault(mode);
        if (there?.Link is not null)
        {
            return (Ebusy, "Can't replace active BPF XDP link");
        }

        if (link is not null && there is not null)
        {
            return (Ebusy, "Can't replace active XDP program with BPF link");
        }

        if (expected is not null && there?.Program != expected)
        {
            return (Eexist, "Active program does not match expected");
        }

        if (program is not { } wanted)
        {
            // Nothing there in this mode is a success too.
            device.Attached.Remove(mode);
            return (0, null);
        }

        if (ifNoneExists && there is not null)
        {
            return (Ebusy, "XDP program already attached");
        }

        if (device.Attached.Keys.Any(m => m != mode))
        {
            return (Eexist, "Native and generic XDP can't be active at the same time");
        }

        if (mode == XdpMode.Native && !device.Native)
        {
            return (Eopnotsupp, "Underlying driver does not support XDP in native mode");
        }

        device.Attached[mode] = new(wanted, link);
        return (0, null);
    }
}
