using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins;

/// <summary>Whose certificates are believed: those the machine believes, or those of one file and no others.</summary>
internal static class TrustedRoots
{
    /// <summary>Reads setting <c>ca_file</c>: a PEM file of one or more roots; null where it is not set.</summary>
    /// <exception cref="FormatException">There is no certificate in it, or it cannot be read.</exception>
    internal static X509Certificate2Collection? Read(IConfiguration settings)
    {
        if (SinkSettings.Path(settings, "ca_file") is not { } path)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"setting 'ca_file': cannot read '{path}': {cause.Message.TrimEnd('.')}; name a file of certificates in PEM", cause);
        }

        return roots.Count > 0 ? roots : throw new FormatException($"setting 'ca_file': there is no certificate in '{path}'; name a file of certificates in PEM");
    }

    /// <summary>How a certificate is checked against these; null leaves it to the machine. A root of one's own has no list of what was revoked.</summary>
    internal static X509ChainPolicy? Policy(X509Certificate2Collection? roots)
    {
        if (roots is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
