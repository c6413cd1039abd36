using System.Globalization;

namespace XdpAudit.Store;

/// <summary>Where a version of PostgreSQL's programs is installed.</summary>
/// <param name="Directory">Holds initdb, pg_ctl and postgres.</param>
public sealed record PostgresBinaries(string Directory)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    internal string InitDb => Path.Combine(Directory, "initdb");

    internal string PgCtl => Path.Combine(Directory, "pg_ctl");

    /// <summary>Where the newest that is installed is; null when none is.</summary>
    public static string? Installed() => Candidates().FirstOrDefault(d => Needed.All(n => File.Exists(Path.Combine(d, n))));

    /// <summary>
    /// The newest that is installed, by Debian's and Red Hat's layout, then by PATH; for data that exists, those of the data's version,
    /// because no other can read it.
    /// </summary>
    internal static PostgresBinaries Find(string data)
    {
        var installed = Candidates().Where(d => Needed.All(n => File.Exists(Path.Combine(d, n)))).ToList();
        if (installed.Count == 0)
        {
            throw StoreErrors.BinariesMissing();
        }

        var versionFile = Path.Combine(data, "PG_VERSION");
        if (!File.Exists(versionFile))
        {
            return new(installed[0]);
        }

        var major = File.ReadAllText(versionFile).Trim();
        var match = installed.FirstOrDefault(d => Version(d) == major) ?? installed.FirstOrDefault(d => Version(d).Length == 0);
        return match is null ? throw StoreErrors.VersionMissing(data, major) : new(match);
    }

    private static IEnumerable<string> Candidates() =>
        Glob("/usr/lib/postgresql", "*").Concat(Glob("/usr", "pgsql-*"))
            .Select(d => Path.Combine(d, "bin"))
            .OrderByDescending(d => double.TryParse(Version(d), CultureInfo.InvariantCulture, out var v) ? v : 0)
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Glob(string directory, string pattern) =>
        System.IO.Directory.Exists(directory) ? System.IO.Directory.EnumerateDirectories(directory, pattern) : [];

    /// <summary>The major version, from <c>/usr/lib/postgresql/15/bin</c> or <c>/usr/pgsql-16/bin</c>; empty when the path does not tell.</summary>
    private static string Version(string bin)
    {
        var name = Path.GetFileName(Path.GetDirectoryName(bin)) ?? "";
        var text = name.StartsWith("pgsql-", StringComparison.Ordinal) ? name["pgsql-".Length..] : name;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) ? text : "";
    }
}
