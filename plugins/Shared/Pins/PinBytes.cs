using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>The bytes of a pin's path: the written form puts a byte that is not printable text as <c>\xNN</c>.</summary>
internal static class PinBytes
{
    /// <summary>The bytes, ended by 0.</summary>
    internal static byte[] Of(string path)
    {
        var bytes = new List<byte>(path.Length + 1);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < path.Length;)
        {
            if (path.AsSpan(i).StartsWith("\\x", StringComparison.Ordinal)
                && i + 4 <= path.Length
                && byte.TryParse(path.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                bytes.Add(escaped);
                i += 4;
                continue;
            }

            var rune = Rune.GetRuneAt(path, i);
            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            i += rune.Utf16SequenceLength;
        }

        bytes.Add(0);
        return [.. bytes];
    }

    /// <summary>Why a path cannot be one, or null: it must be absolute, without empty, <c>.</c> or <c>..</c> parts, and shorter than PATH_MAX.</summary>
    internal static string? Fault(PinPath path)
    {
        var text = path.Value;
        return text is null || !text.StartsWith('/') ? "the path must be absolute"
            : text.Split('/').Skip(1).Any(p => p is "" or "." or "..") ? "the path must have no empty, '.' or '..' part"
            : Array.IndexOf(Of(text), (byte)0) < Of(text).Length - 1 ? "the path has a zero byte"
            : Of(text).Length > 4096 ? "the path is longer than 4095 bytes"
            : null;
    }
}
