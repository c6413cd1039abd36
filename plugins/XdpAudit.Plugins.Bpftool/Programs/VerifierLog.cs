using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// What libbpf prints when the kernel refuses a program:
/// <code>
/// libbpf: prog 'pass': BPF program load failed: Permission denied
/// libbpf: prog 'pass': -- BEGIN PROG LOAD LOG --
/// 0: R1=ctx() R10=fp0
/// -- END PROG LOAD LOG --
/// libbpf: prog 'pass': failed to load: -13
/// </code>
/// Loading ends with the first program that is refused, so there is one log. It may quote the source, and with it anything: its end is the last mark.
/// </summary>
/// <param name="Program">Whose log it is.</param>
/// <param name="Text">The log; empty when the kernel refused without one.</param>
internal sealed record VerifierLog(string Program, int? Errno, string Text)
{
    private const string Begin = ": -- BEGIN PROG LOAD LOG --\n";
    private const string End = "-- END PROG LOAD LOG --\n";
    private const string Failed = ": failed to load: ";
    private const string Prog = "libbpf: prog '";

    /// <summary>Null when no program was refused.</summary>
    internal static VerifierLog? Find(string errors)
    {
        var failed = errors.LastIndexOf(Failed, StringComparison.Ordinal);
        if (failed < 0 || Named(errors, failed) is not { } program)
        {
            return null;
        }

        var number = errors[(failed + Failed.Length)..].Split('\n')[0].Trim();
        var begin = errors.IndexOf(Begin, StringComparison.Ordinal);
        var end = errors.LastIndexOf(End, StringComparison.Ordinal);
        return new(program, CErrors.Signed(number), begin >= 0 && end > begin ? errors[(begin + Begin.Length)..end] : "");
    }

    internal TextArtifact Artifact(int maxBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        return new()
        {
            Text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Clamp(maxBytes, 0, bytes.Length))),
            FullLength = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Truncated = bytes.Length > maxBytes,
        };
    }

    private static string? Named(string errors, int end)
    {
        var line = errors[(errors.LastIndexOf('\n', end) + 1)..end];
        return line.StartsWith(Prog, StringComparison.Ordinal) ? line[Prog.Length..].TrimEnd('\'') : null;
    }
}
