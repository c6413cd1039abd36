using System.Globalization;
using System.Text;
using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>The wording of all refusals of plugins.</summary>
internal static class PluginRefusals
{
    internal static PluginRefusal List(string path, string why, string remedy) => Of(PluginRefusalCode.List, path, why, remedy);

    internal static PluginRefusal Owner(string path, uint uid, TrustedOwners trusted) => Of(
        PluginRefusalCode.Owner, path, $"'{Shown(path)}' belongs to uid {uid}, who is not trusted", $"chown root {Quoted(path)}", $"{trusted}", $"uid {uid}");

    internal static PluginRefusal Mode(string path, uint mode) => Of(
        PluginRefusalCode.Mode, path, $"'{Shown(path)}' has mode {Octal(mode)}: others than its owner may write it", $"chmod go-w {Quoted(path)}", "not writable by group and others", Octal(mode));

    internal static PluginRefusal OpenToAll(string path, uint mode) => Of(
        PluginRefusalCode.Mode, path, $"'{Shown(path)}' has mode {Octal(mode)}: everybody may put files there", "move the plugin into a directory of its own", "not writable by group and others", Octal(mode));

    internal static PluginRefusal Symlink(string path) => Of(
        PluginRefusalCode.Symlink, path, $"'{Shown(path)}' is a symbolic link, which can be turned elsewhere", RealPath.Follow(path) is { } real ? $"name the place itself, {Quoted(real.Path)}, or put the file there instead of the link" : "put the file there instead of the link", "no link", "symbolic link");

    internal static PluginRefusal Type(string path, InodeKind kind, string expected) => Of(
        PluginRefusalCode.Type, path, $"'{Shown(path)}' is a {Word(kind)} and not a {expected}", $"take it away, or publish the plugin again: ls -l {Quoted(path)}", expected, Word(kind));

    internal static PluginRefusal Suid(string path, uint mode) => Of(
        PluginRefusalCode.Suid, path, $"'{Shown(path)}' has mode {Octal(mode)}: setuid and setgid have no place in a plugin", $"chmod ug-s {Quoted(path)}", "neither setuid nor setgid", Octal(mode));

    internal static PluginRefusal Name(string folder, string why) => Of(PluginRefusalCode.Name, folder, why, $"rename it, or publish the plugin again: ls -lb {Quoted(folder)}");

    internal static PluginRefusal Size(string path, string what, string most) => Of(
        PluginRefusalCode.Size, path, $"'{Shown(path)}' {what}; a plugin has at most {most}", "publish the plugin into a folder of its own", most);

    internal static PluginRefusal NotThere(string path) => Of(
        PluginRefusalCode.Missing, path, $"there is no '{Shown(path)}'", $"publish the plugin there, or take it off the list: xdpaudit plugin remove ID");

    internal static PluginRefusal NoSuchPlugin(string word, string lists) => Of(
        PluginRefusalCode.Unlisted, word, $"no allow-list names a plugin '{Shown(word)}'; looked in {lists}", "see what is listed: xdpaudit plugin list; approve it: xdpaudit plugin approve DIR");

    internal static PluginRefusal UnlistedFile(string path, string folder) => Of(
        PluginRefusalCode.Unlisted, path, $"'{Shown(path)}' is not among the approved files", $"take it away, or look at it and approve all again: xdpaudit plugin approve {Quoted(folder)}", "no such file", "a file");

    internal static PluginRefusal MissingFile(string path, string folder) => Of(
        PluginRefusalCode.Missing, path, $"'{Shown(path)}' was approved and is not there", $"publish the plugin again; if it is to be without it: xdpaudit plugin approve {Quoted(folder)}", "a file", "no such file");

    internal static PluginRefusal Unreadable(string path, string why) => Of(PluginRefusalCode.Read, path, why, "start the auditor as root, or as the user who owns the plugin");

    internal static PluginRefusal Race(string path) => Of(
        PluginRefusalCode.Race, path, $"'{Shown(path)}' changed while it was checked", "find out who writes there, and start again when nobody does", "the same file, unchanged", "another, or changed");

    internal static PluginRefusal Hash(string path, string folder, string expected, string actual) => Of(
        PluginRefusalCode.Hash, path, $"'{Shown(path)}' has other bytes than were approved", $"find out who changed it; if it is right: xdpaudit plugin approve {Quoted(folder)}", $"sha256:{expected}", $"sha256:{actual}");

    internal static PluginRefusal Sums(string path, string why, string? expected = null, string? actual = null) => Of(
        PluginRefusalCode.Sums, path, why, "the folder did not arrive whole, or was changed on its way: get it again", expected, actual);

    internal static PluginRefusal Manifest(string path, string why, string remedy = "publish the plugin again, with XdpAudit.Sdk", string? expected = null, string? actual = null) =>
        Of(PluginRefusalCode.Manifest, path, why, remedy, expected, actual);

    internal static PluginRefusal Probing(string path, string why) => Of(
        PluginRefusalCode.Probing, path, why, "publish the plugin with all it needs beside it: dotnet publish, with XdpAudit.Sdk");

    internal static PluginRefusal Entry(string path, string why) => Of(PluginRefusalCode.Entry, path, why, "publish the plugin again, with XdpAudit.Sdk");

    internal static PluginRefusal Contract(string path, Version built) => Of(
        PluginRefusalCode.Contract, path, $"'{Shown(path)}' was built with {SharedAssemblies.Contract} {built.ToString(2)}, and this auditor speaks {SharedAssemblies.ContractVersion.ToString(2)}",
        built.Major == SharedAssemblies.ContractVersion.Major ? "use a newer auditor, or build the plugin with the contract of this one" : "use the release of the plugin that is made for this auditor",
        $"{SharedAssemblies.ContractVersion.Major}.0 to {SharedAssemblies.ContractVersion.ToString(2)}", built.ToString(2));

    internal static PluginRefusal PrivateContract(string path, string name) => Of(
        PluginRefusalCode.PrivateContract, path, $"'{Shown(path)}' is a copy of {name}, which the auditor shares with its plugins: with two, the plugin would implement another contract of the same name",
        "publish it without: with XdpAudit.Sdk, or <ProjectReference Private=\"false\" ExcludeAssets=\"runtime\">");

    internal static PluginRefusal Deps(string path, string why, string? expected = null, string? actual = null) => Of(
        PluginRefusalCode.Deps, path, why, "publish the plugin with all it needs beside it: dotnet publish, with XdpAudit.Sdk", expected, actual);

    internal static PluginRefusal Native(string path, string library, string folder, IEnumerable<string> all) => Of(
        PluginRefusalCode.Native, path, $"'{Shown(path)}' uses native code of '{Shown(library)}', which was not allowed",
        $"if it may: xdpaudit plugin approve {Quoted(folder)} --allow-native {Quoted(string.Join(',', all))}", "only allowed libraries", library);

    internal static PluginRefusal NativeInProcess(string path, string folder) => Of(
        PluginRefusalCode.Native, path, $"'{Shown(path)}' uses native code and would run inside the auditor: an error there ends the auditor",
        $"give it a process of its own: xdpaudit plugin approve {Quoted(folder)} --isolation process; or say that you mean it: --native-in-process", "a process of its own", "in-process");

    internal static PluginRefusal Copy(string path, string why) => Of(PluginRefusalCode.Copy, path, why, "choose a data directory that only root or the auditor's user can write: up --data DIR");

    /// <summary>A path as people are shown it: nothing of it may steer a terminal.</summary>
    internal static string Shown(string text) => KernelText.Escape(Encoding.UTF8.GetBytes(text));

    /// <summary>One word of a POSIX shell.</summary>
    internal static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ',' or '+' or ':') ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    internal static string Word(InodeKind kind) => kind switch
    {
        InodeKind.Regular => "regular file",
        InodeKind.Directory => "directory",
        InodeKind.SymbolicLink => "symbolic link",
        InodeKind.Pipe => "named pipe",
        InodeKind.Socket => "socket",
        InodeKind.Device => "device",
        _ => "file of a kind that is not known",
    };

    private static string Octal(uint mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static PluginRefusal Of(string code, string path, string why, string remedy, string? expected = null, string? actual = null) =>
        new() { Code = code, Path = path, Expected = expected, Actual = actual, Why = why, Remedy = remedy };
}
