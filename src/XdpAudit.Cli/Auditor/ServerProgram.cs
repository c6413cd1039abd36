namespace XdpAudit.Cli;

/// <summary>Finds the auditor's own program and becomes it.</summary>
internal static class ServerProgram
{
    /// <summary>The variable that names it.</summary>
    internal const string Variable = "XDPAUDIT_SERVER_EXE";

    private const string Name = "XdpAudit.Server";

    /// <summary>Becomes the auditor's program with these arguments; returns only by throwing.</summary>
    internal static int Become(Surroundings around, params IReadOnlyList<string> arguments)
    {
        var path = Find(around);
        around.Out.Flush();
        around.Error.Flush();
        throw new CliFailure(LocalProblem.CannotExecute(path, around.Become(path, arguments)));
    }

    /// <summary>The one named in the environment, else the one installed beside this program, else the one in the same folder.</summary>
    internal static string Find(Surroundings around)
    {
        IReadOnlyList<string> places = around.Variable(Variable) is { Length: > 0 } named
            ? [Path.GetFullPath(named, around.WorkingDirectory)]
            : [Path.GetFullPath(Path.Combine(around.Home, "..", "server", Name)), Path.Combine(around.Home, Name)];
        return places.FirstOrDefault(File.Exists) ?? throw new CliFailure(LocalProblem.NoServerProgram(places));
    }
}
