using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>The tools, and whether they are what they are taken for. A tool that was found good is asked no more in this life of the executor.</summary>
internal sealed class Tools(BpftoolOptions options, TimeProvider time)
{
    /// <summary>The first that has <c>link detach</c>. What a later one gets wrong is found by reading back.</summary>
    internal static readonly Version Oldest = new(5, 9);

    private readonly Tool _bpftool = new("bpftool", options.Bpftool, options.Deadline, time);
    private readonly Tool _ip = new("ip", options.Ip, options.Deadline, time);
    private string? _bpftoolVersion;
    private string? _ipVersion;

    /// <exception cref="Refusal">It is missing, too old, or something else.</exception>
    internal async Task<Tool> BpftoolAsync(CancellationToken cancellation)
    {
        await BpftoolVersionAsync(cancellation).ConfigureAwait(false);
        return _bpftool;
    }

    /// <exception cref="Refusal">It is missing, or something else.</exception>
    internal async Task<Tool> IpAsync(CancellationToken cancellation)
    {
        await IpVersionAsync(cancellation).ConfigureAwait(false);
        return _ip;
    }

    /// <summary><c>{"version":"7.1.0","libbpf_version":"1.1","features":{...}}</c></summary>
    internal async Task<string> BpftoolVersionAsync(CancellationToken cancellation)
    {
        if (_bpftoolVersion is { } known)
        {
            return known;
        }

        var answer = await _bpftool.RunAsync(["-j", "version"], cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var text = VersionMember(answer.Output);
        var parsed = Version.TryParse(text, out var version) ? version : null;
        return parsed is null ? throw BpftoolWords.NotTheTool(_bpftool, answer)
            : parsed < Oldest ? throw BpftoolWords.TooOld(_bpftool, text!, Oldest)
            : _bpftoolVersion = text!;
    }

    /// <summary><c>ip utility, iproute2-6.1.0, libbpf 1.1.2</c></summary>
    internal async Task<string> IpVersionAsync(CancellationToken cancellation)
    {
        if (_ipVersion is { } known)
        {
            return known;
        }

        var answer = await _ip.RunAsync(["-V"], cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        const string mark = "iproute2-";
        var at = answer.Output.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? throw BpftoolWords.NotTheTool(_ip, answer) : _ipVersion = answer.Output[(at + mark.Length)..].Split(',', '\n')[0].Trim();
    }

    private static string? VersionMember(string output)
    {
        try
        {
            using var answer = JsonDocument.Parse(output);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("version", out var version) ? version.GetString() : null;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
