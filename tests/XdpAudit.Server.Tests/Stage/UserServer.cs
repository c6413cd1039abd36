using System.Diagnostics;

namespace XdpAudit.Server.Tests;

/// <summary>A PostgreSQL of a user's own, as an administrator makes one: no part of the auditor. It stops with the test, also when that is killed; the lab waits for it.</summary>
internal sealed class UserServer : IDisposable
{
    private const string Script =
        """
        trap '' INT TERM HUP
        exec 9>>"$1/server.lock" && flock 9
        bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
        as() { setpriv --reuid postgres --regid postgres --init-groups -- "$@" 9>&-; }
        cd / && install -d -o postgres -m 0700 "$1/server" && as "$bin/initdb" -D "$1/server/data" -A trust -U admin >/dev/null || exit 1
        as "$bin/pg_ctl" -D "$1/server/data" -o "-k $1/server -c listen_addresses=''" -w -l "$1/server/log" start >/dev/null || exit 1
        echo ready
        cat >/dev/null
        as "$bin/pg_ctl" -D "$1/server/data" -m fast -w stop
        """;

    private readonly Process _keeper;
    private readonly string _folder;

    internal UserServer(Lab lab)
    {
        Shell.Run("chmod", "0711", lab.Folder);
        _folder = $"{lab.Folder}/server";
        _keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "keeper", lab.Folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("ready", _keeper.StandardOutput.ReadLine());
    }

    /// <summary>A login of a database.</summary>
    internal string Connection(string user, string database) => $"Host={_folder};Username={user};Database={database}";

    /// <summary>What its administrator types into psql; returns the values, a row a line.</summary>
    internal string Administer(string sql, string database = "postgres")
    {
        var file = $"{_folder}.sql";
        File.WriteAllText(file, sql);
        return Shell.Run("psql", "-X", "-h", _folder, "-U", "admin", "-d", database, "-v", "ON_ERROR_STOP=1", "-qtA", "-f", file).Trim();
    }

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }
}
