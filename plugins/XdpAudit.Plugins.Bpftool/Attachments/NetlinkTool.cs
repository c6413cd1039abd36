using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>The tool that speaks netlink: <c>bpftool net</c>, which takes a program by its id, or <c>ip link set</c>, which takes it from a pin.</summary>
/// <param name="tool">bpftool or ip.</param>
/// <param name="program">The words that name the program.</param>
/// <param name="byIp">It is ip.</param>
internal sealed class NetlinkTool(Tool tool, IReadOnlyList<string> program, bool byIp)
{
    /// <summary>Attaches where nothing is attached (XDP_FLAGS_UPDATE_IF_NOEXIST, with both tools); started by the calling thread, in its namespace.</summary>
    internal ToolAnswer Attach(InterfaceRef at, XdpMode mode, CancellationToken cancellation) => Run(
        byIp ? ["link", "set", "dev", BpftoolWords.Argument(at), Word(mode), .. program] : ["-j", "--", "net", "attach", Word(mode), .. program, "dev", BpftoolWords.Argument(at)],
        cancellation);

    /// <summary>Removes what is attached in this mode, whatever it is; both tools call the removal of nothing a success.</summary>
    internal ToolAnswer Detach(InterfaceRef at, XdpMode mode, CancellationToken cancellation) => Run(
        byIp ? ["link", "set", "dev", BpftoolWords.Argument(at), Word(mode), "off"] : ["-j", "--", "net", "detach", Word(mode), "dev", BpftoolWords.Argument(at)],
        cancellation);

    // The thread is one of a namespace and of its own: it waits here, and the rest goes on on others.
    private ToolAnswer Run(IReadOnlyList<string> arguments, CancellationToken cancellation) => tool.RunAsync(arguments, cancellation).GetAwaiter().GetResult();

    private static string Word(XdpMode mode) => mode switch { XdpMode.Native => "xdpdrv", XdpMode.Generic => "xdpgeneric", _ => "xdp" };
}

/// <summary>Readies the tool for one call, and takes the moment's pin away after it.</summary>
internal sealed class NetlinkCall : IDisposable
{
    private readonly (PinPath Path, KernelObject Program)? _pin;

    private NetlinkCall(NetlinkTool tool, (PinPath, KernelObject)? pin) => (Tool, _pin) = (tool, pin);

    internal NetlinkTool Tool { get; }

    /// <summary>For a detach, which names no program.</summary>
    internal static async Task<NetlinkCall> DetachingAsync(Tools tools, BpftoolOptions options, CancellationToken cancellation) => new(
        options.NetlinkByIp ? new(await tools.IpAsync(cancellation).ConfigureAwait(false), [], true) : new(await tools.BpftoolAsync(cancellation).ConfigureAwait(false), [], false),
        null);

    /// <summary>For an attach.</summary>
    internal static async Task<NetlinkCall> AttachingAsync(Tools tools, BpftoolOptions options, KernelProgramId id, CancellationToken cancellation)
    {
        var bpftool = await tools.BpftoolAsync(cancellation).ConfigureAwait(false);
        var number = id.Value.ToString(CultureInfo.InvariantCulture);
        if (!options.NetlinkByIp)
        {
            return new(new(bpftool, ["id", number], false), null);
        }

        var ip = await tools.IpAsync(cancellation).ConfigureAwait(false);
        var path = new PinPath($"{options.Bpffs.TrimEnd('/')}/xdpaudit_attaching_{Guid.CreateVersion7():N}");
        KernelPins.Check(path);
        var answer = await bpftool.RunAsync(["-j", "-n", "--", "prog", "pin", "id", number, BpftoolWords.Argument(path)], cancellation).ConfigureAwait(false);
        var program = new KernelObject(ObjectKind.Program, id.Value);
        var call = new NetlinkCall(new(ip, ["pinned", path.Value], true), (path, program));
        try
        {
            var asked = $"pin program {id} at '{path}' for ip";
            return BpftoolExecutor.Settle(answer, KernelPins.Look(path) == program, asked, complaint => BpftoolWords.Failed(answer, asked, complaint), cancellation) is { } refusal
                ? throw refusal
                : call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_pin is { } pin && KernelPins.Look(pin.Path) == pin.Program)
        {
            KernelPins.Remove(pin.Path, pin.Program);
        }
    }
}
