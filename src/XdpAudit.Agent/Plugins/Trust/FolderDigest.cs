using System.Security.Cryptography;
using System.Text;

namespace XdpAudit.Agent;

/// <summary>One digest for a whole folder: SHA-256 over its SHA256SUMS, sorted by name; <c>LC_ALL=C sort -k2 SHA256SUMS | sha256sum</c> gives the same.</summary>
internal static class FolderDigest
{
    /// <summary>The file that holds the sums; it is no part of them.</summary>
    internal const string Sums = "SHA256SUMS";

    /// <summary>Of files by name, each with its SHA-256 in lower-case hexadecimal.</summary>
    internal static string Of(IEnumerable<PluginFile> files)
    {
        var lines = files.Where(f => f.Name != Sums).OrderBy(f => Encoding.UTF8.GetBytes(f.Name), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Select(f => $"{f.Sha256}  {f.Name}\n");
        return Of(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }

    /// <summary>Of bytes.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
