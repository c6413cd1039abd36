using System.Text.Json;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>What a tool complained of.</summary>
/// <param name="Said">Its own words, on one line; empty when it said nothing.</param>
/// <param name="Errno">errno(3), where its words name one.</param>
/// <param name="ExtAck">The kernel's extended acknowledgement, where the tool passed it on.</param>
internal sealed record Complaint(string Said, int? Errno, string? ExtAck)
{
    private const string Libbpf = "libbpf: ";
    private const string Kernel = Libbpf + "Kernel error message: ";
    private const string Plain = "Error: ";
    private const string Netlink = "RTNETLINK answers: ";
    private const int Most = 500;

    /// <summary>
    /// bpftool -j: <c>{"error":"interface xdpdrv attach failed: Device or resource busy"}</c> on the output, and libbpf's
    /// <c>libbpf: Kernel error message: XDP program already attached</c> beside it. ip: <c>Error: XDP program already attached.</c>, which is the
    /// kernel's word without an errno, or <c>RTNETLINK answers: Device or resource busy</c>, which is an errno without the kernel's word.
    /// Where the words name no errno, the first thing libbpf said is the cause: <c>libbpf: failed to guess program type from ELF section 'x'</c>.
    /// </summary>
    internal static Complaint Of(string output, string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var extAck = After(lines, Kernel);
        var cause = lines.FirstOrDefault(l => l.StartsWith(Libbpf, StringComparison.Ordinal) && !l.StartsWith(Kernel, StringComparison.Ordinal))?[Libbpf.Length..];
        if (JsonError(output) is { } error)
        {
            var errno = CErrors.Trailing(error);
            return new(Cut(errno is null && cause is not null ? $"{error}: {cause}" : error), errno, extAck);
        }

        if (After(lines, Netlink) is { } answer)
        {
            return new(Cut(answer), CErrors.Trailing(answer), extAck);
        }

        var said = After(lines, Plain) ?? cause ?? lines.LastOrDefault() ?? "";
        return new(Cut(said), CErrors.Trailing(said), extAck);
    }

    private static string Cut(string text) => text.Length > Most ? text[..Most] + " ..." : text;

    private static string? After(string[] lines, string mark) => lines.FirstOrDefault(l => l.StartsWith(mark, StringComparison.Ordinal))?[mark.Length..];

    private static string? JsonError(string output)
    {
        try
        {
            using var answer = JsonDocument.Parse(output);
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                ? error.GetString()!.ReplaceLineEndings("; ")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
