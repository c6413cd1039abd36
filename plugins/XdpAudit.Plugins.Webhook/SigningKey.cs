using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace XdpAudit.Plugins.Webhook;

/// <summary>
/// Signs as Standard Webhooks 1.0 says: HMAC-SHA256 over <c>id.timestamp.body</c>, in <c>webhook-signature: v1,BASE64</c>. It shows its key to nobody, and
/// is a class and not a record for that reason: a record's text holds all of its members.
/// </summary>
public sealed class SigningKey
{
    private const string Prefix = "whsec_";
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private readonly byte[] _key;

    private SigningKey(byte[] key) => _key = key;

    /// <summary>Reads a file that only its owner may read: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    /// <exception cref="FormatException">It is missing, others may read it, or it holds something else; the message does not quote it.</exception>
    public static SigningKey Read(string path)
    {
        const string make = "make one with: (umask 077; echo whsec_$(openssl rand -base64 32) > FILE)";
        string text;
        try
        {
            if (File.GetUnixFileMode(path) is var mode && (mode & Others) != 0)
            {
                throw new FormatException($"setting 'secret_file': others may read '{path}' (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}); chmod 600 '{path}', and make a new secret if they may have");
            }

            text = new FileInfo(path).Length > 4096 ? "" : File.ReadAllText(path).Trim();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"setting 'secret_file': cannot read '{path}': {cause.Message.TrimEnd('.')}; {make}", cause);
        }

        var key = new byte[4096];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length is >= 24 and <= 64
            ? new(key[..length])
            : throw new FormatException($"setting 'secret_file': '{path}' must hold '{Prefix}' and 24 to 64 bytes in base64; {make}");
    }

    internal string Sign(string id, long seconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hash.AppendData(body);
        return $"v1,{Convert.ToBase64String(hash.GetHashAndReset())}";
    }
}
