using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>The settings of the plugin.</summary>
public sealed record BpftoolOptions
{
    private static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/sbin", "/bin"];

    /// <summary>Absolute path of bpftool; unless set, where distributions install it.</summary>
    public string Bpftool { get; init; } = Find("bpftool");

    /// <summary>Absolute path of ip; unless set, where distributions install it.</summary>
    public string Ip { get; init; } = Find("ip");

    /// <summary>Netlink attachments are made and removed by <c>ip link set</c> instead of <c>bpftool net</c>.</summary>
    public bool NetlinkByIp { get; init; }

    /// <summary>A directory on a bpffs, for the moment's pin that ip needs of a program.</summary>
    public string Bpffs { get; init; } = "/sys/fs/bpf";

    /// <summary>How long a tool may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an unload waits for the kernel to let go of the program.</summary>
    public TimeSpan UnloadWait { get; init; } = LettingGo.DefaultWait;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">One of them is wrong; the message names it.</exception>
    public static BpftoolOptions Read(IConfiguration settings)
    {
        var unset = new BpftoolOptions();
        return new()
        {
            Bpftool = Path(settings, "bpftool", unset.Bpftool),
            Ip = Path(settings, "ip", unset.Ip),
            NetlinkByIp = settings["netlink"] switch
            {
                null or "bpftool" => false,
                "ip" => true,
                var other => throw new FormatException($"setting 'netlink' is '{other}': it must be bpftool or ip"),
            },
            Bpffs = Path(settings, "bpffs", unset.Bpffs),
            Deadline = Milliseconds(settings, "deadline_ms", unset.Deadline, least: 100),
            UnloadWait = Milliseconds(settings, "unload_wait_ms", unset.UnloadWait, least: 0),
        };
    }

    private static string Find(string tool) => Places.Select(p => $"{p}/{tool}").FirstOrDefault(File.Exists) ?? $"{Places[0]}/{tool}";

    private static string Path(IConfiguration settings, string name, string unset) =>
        settings[name] is not { } path ? unset
        : path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? path
        : throw new FormatException($"setting '{name}' is '{path}': it must be an absolute path");

    private static TimeSpan Milliseconds(IConfiguration settings, string name, TimeSpan unset, int least) =>
        settings[name] is not { } text ? unset
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= least && milliseconds <= 60_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException($"setting '{name}' is '{text}': it must be a number of milliseconds from {least} to 60000");
}
