using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.Syslog;

/// <summary>The settings of the plugin.</summary>
public sealed record SyslogOptions
{
    private static readonly IReadOnlyList<(string Word, int Value)> _facilities =
    [
        ("user", 1), ("daemon", 3), ("auth", 4), ("authpriv", 10), ("audit", 13),
        ("local0", 16), ("local1", 17), ("local2", 18), ("local3", 19), ("local4", 20), ("local5", 21), ("local6", 22), ("local7", 23),
    ];

    /// <summary>Where to.</summary>
    public SyslogTarget Target { get; init; } = new(SyslogTransport.Unix, "/dev/log", 0);

    /// <summary>RFC 5424, table 1.</summary>
    public int Facility { get; init; } = 16;

    /// <summary>APP-NAME.</summary>
    public string AppName { get; init; } = "xdpaudit";

    /// <summary>SD-ID of the structured data.</summary>
    public string SdId { get; init; } = "xdpaudit@32473";

    /// <summary>PROCID.</summary>
    public int ProcId { get; init; } = Environment.ProcessId;

    /// <summary>HOSTNAME.</summary>
    public string HostName { get; init; } = Environment.MachineName;

    /// <summary>The longest message, in bytes.</summary>
    public int MaxBytes { get; init; } = 2048;

    /// <summary>Whose certificates the receiver may have; null for those the machine believes.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>How long a batch may take until the receiver's machine has it.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most events at once.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">One of them is wrong; the message names it.</exception>
    public static SyslogOptions Read(IConfiguration settings)
    {
        var unset = new SyslogOptions();
        return new()
        {
            Target = SinkSettings.Text(settings, "target") is { } target ? SyslogTarget.Parse(target) : unset.Target,
            Facility = SinkSettings.Choice(settings, "facility", unset.Facility, _facilities),
            AppName = Word(settings, "app_name", unset.AppName, 48),
            SdId = Word(settings, "sd_id", unset.SdId, 32),
            MaxBytes = SinkSettings.Number(settings, "max_bytes", unset.MaxBytes, least: 1024, most: 65_000),
            Roots = TrustedRoots.Read(settings),
            Deadline = SinkSettings.Milliseconds(settings, "deadline_ms", unset.Deadline),
            MaxBatch = SinkSettings.Number(settings, "max_batch", unset.MaxBatch, least: 1, most: 10_000),
        };
    }

    // SD-NAME: printable ASCII without '=', ' ', ']' and '"'; an APP-NAME may have more, and gains nothing by it.
    private static string Word(IConfiguration settings, string name, string unset, int most) =>
        settings[name] is not { } text ? unset
        : text.Length >= 1 && text.Length <= most && text.All(c => c is > ' ' and <= '~' and not ('=' or ']' or '"')) ? text
        : throw new FormatException($"setting '{name}' is '{SinkText.Plain(text)}': it must be 1 to {most} printable ASCII characters without space, '=', ']' and '\"'");
}
