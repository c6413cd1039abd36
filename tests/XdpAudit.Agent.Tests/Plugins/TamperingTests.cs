namespace XdpAudit.Agent.Tests;

/// <summary>Every way of slipping code into the auditor by a plugin's folder that we know of, and the code of its refusal. Nothing of the folder runs.</summary>
public sealed class TamperingTests
{
    private const string Nobody = "65534";

    private static readonly Dictionary<string, (string Code, Action<ApprovedFolder> Spoil)> _ways = new()
    {
        ["a file that belongs to somebody"] = ("PLG-OWNER", f => Shell.Run("chown", Nobody, f[ApprovedFolder.Acme])),
        ["a hard link to a file of somebody"] = ("PLG-OWNER", f =>
        {
            var theirs = Path.Combine(f.Root, "theirs.dll");
            File.Copy(f[ApprovedFolder.Acme], theirs);
            Shell.Run("chown", Nobody, theirs);
            File.Delete(f[ApprovedFolder.Acme]);
            Shell.Run("ln", theirs, f[ApprovedFolder.Acme]);
        }),
        ["a folder that belongs to somebody"] = ("PLG-OWNER", f => Shell.Run("chown", Nobody, f.Folder)),
        ["a directory above that belongs to somebody"] = ("PLG-OWNER", f => Shell.Run("chown", Nobody, f.Above)),
        ["a sticky directory above that belongs to somebody"] = ("PLG-OWNER", f => { Shell.Run("chown", Nobody, f.Above); Shell.Run("chmod", "1777", f.Above); }),
        ["a directory in the folder that belongs to somebody"] = ("PLG-OWNER", f => { Directory.CreateDirectory(f["data"]); Shell.Run("chown", Nobody, f["data"]); }),
        ["a link that belongs to somebody"] = ("PLG-OWNER", f => { File.CreateSymbolicLink(f["more.dll"], "/etc/hostname"); Shell.Run("chown", "-h", Nobody, f["more.dll"]); }),
        ["a file that its group may write"] = ("PLG-MODE", f => Shell.Run("chmod", "0664", f[ApprovedFolder.Acme])),
        ["a file that everybody may write"] = ("PLG-MODE", f => Shell.Run("chmod", "0646", f["plugin.json"])),
        ["a folder that its group may write"] = ("PLG-MODE", f => Shell.Run("chmod", "0775", f.Folder)),
        ["a sticky folder"] = ("PLG-MODE", f => Shell.Run("chmod", "1777", f.Folder)),
        ["a directory in the folder that everybody may write"] = ("PLG-MODE", f => { Directory.CreateDirectory(f["data"]); Shell.Run("chmod", "1777", f["data"]); }),
        ["a directory above that its group may write"] = ("PLG-MODE", f => Shell.Run("chmod", "0775", f.Above)),
        ["a directory above that everybody may write"] = ("PLG-MODE", f => Shell.Run("chmod", "0777", f.Above)),
        ["a link in place of the folder"] = ("PLG-SYMLINK", f => { Directory.Move(f.Folder, f.Folder + ".real"); Directory.CreateSymbolicLink(f.Folder, f.Folder + ".real"); }),
        ["a link above the folder"] = ("PLG-SYMLINK", f => { Directory.Move(f.Above, f.Above + ".real"); Directory.CreateSymbolicLink(f.Above, f.Above + ".real"); }),
        ["a link in place of a file"] = ("PLG-SYMLINK", f => { File.Move(f[ApprovedFolder.Acme], f["real"]); File.CreateSymbolicLink(f[ApprovedFolder.Acme], f["real"]); }),
        ["a link to a directory in the folder"] = ("PLG-SYMLINK", f => File.CreateSymbolicLink(f["runtimes"], "/usr/lib")),
        ["a link to nothing"] = ("PLG-SYMLINK", f => File.CreateSymbolicLink(f["gone.dll"], "/nowhere/gone.dll")),
        ["a named pipe in place of a file"] = ("PLG-TYPE", f => { File.Delete(f[ApprovedFolder.Acme]); Shell.Run("mkfifo", "-m", "0644", f[ApprovedFolder.Acme]); }),
        ["a device"] = ("PLG-TYPE", f => Shell.Run("mknod", "-m", "0644", f["zero.dll"], "c", "1", "5")),
        ["a file in place of the folder"] = ("PLG-TYPE", f => { Directory.Delete(f.Folder, true); File.WriteAllText(f.Folder, "no folder"); }),
        ["a directory in place of a file"] = ("PLG-MISSING", f => { File.Delete(f[ApprovedFolder.Acme]); Directory.CreateDirectory(f[ApprovedFolder.Acme]); }),
        ["a file with setuid"] = ("PLG-SUID", f => Shell.Run("chmod", "4755", f[ApprovedFolder.Acme])),
        ["a file with setgid"] = ("PLG-SUID", f => Shell.Run("chmod", "2755", f["plugin.json"])),
        ["a name with an escape"] = ("PLG-NAME", f => f.Write("\u001b[2J.dll", "x")),
        ["a name with a line break"] = ("PLG-NAME", f => f.Write("a\n0000  b", "x")),
        ["a name that is no text"] = ("PLG-NAME", f => Shell.Run("sh", "-c", "touch \"$0/$(printf 'bad\\377name')\"", f.Folder)),
        ["the same name in other letters"] = ("PLG-NAME", f => f.Write("acme.rules.DLL", "x")),
        ["more files than a plugin has"] = ("PLG-SIZE", f => Shell.Run("sh", "-c", "cd \"$0\" && seq -f 'f%g' 2100 | xargs touch", f.Folder)),
        ["deeper directories than a plugin has"] = ("PLG-SIZE", f => Directory.CreateDirectory(f[string.Join('/', Enumerable.Repeat("d", 15))])),
        ["a file too large to read"] = ("PLG-UNLISTED", f => Shell.Run("truncate", "-s", "1G", f["large.bin"])),
        ["an added assembly"] = ("PLG-UNLISTED", f => f.Write("Extra.dll", Forged.Assembly("Extra"))),
        ["an added file in a directory"] = ("PLG-UNLISTED", f => f.Write("runtimes/linux-x64/native/evil.so", "x")),
        ["an added file with a dot before its name"] = ("PLG-UNLISTED", f => f.Write(".hidden", "x")),
        ["an added developer's file"] = ("PLG-UNLISTED", f => f.Write("Acme.Rules.runtimeconfig.dev.json", "{}")),
        ["a removed file"] = ("PLG-MISSING", f => File.Delete(f["Acme.Rules.deps.json"])),
        ["the whole folder removed"] = ("PLG-MISSING", f => Directory.Delete(f.Folder, true)),
        ["another assembly in its place"] = ("PLG-HASH", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", imports: [("libc", "system")]))),
        ["a changed byte"] = ("PLG-HASH", f =>
        {
            var bytes = File.ReadAllBytes(f[ApprovedFolder.Acme]);
            bytes[^1] ^= 1;
            f.Write(ApprovedFolder.Acme, bytes);
        }),
        ["an empty file in its place"] = ("PLG-HASH", f => f.Write(ApprovedFolder.Acme, "")),
        ["a changed setting of the loader"] = ("PLG-HASH", f => f.Write("Acme.Rules.runtimeconfig.json", """{"runtimeOptions":{"additionalProbingPaths":["/tmp/planted"]}}""")),
    };

    public static TheoryData<string> Ways => [.. _ways.Keys];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_folder_that_is_not_what_was_approved_is_refused_with_a_code_and_a_remedy(string way)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives files to somebody else");
        using var folder = new ApprovedFolder();
        _ways[way].Spoil(folder);

        var verdict = Assert.Single(folder.Examine());

        Assert.Equal(_ways[way].Code, verdict.Refusal?.Code);
        Assert.NotEmpty(verdict.Refusal!.Remedy);
        Assert.DoesNotContain(verdict.Refusal.Why + verdict.Refusal.Remedy, char.IsControl);
        Assert.Null(verdict.Verified);
        Assert.Empty(Directory.Exists(folder.Copies) ? Directory.GetFileSystemEntries(folder.Copies) : []);
    }

    [Fact]
    public void A_folder_that_is_what_was_approved_is_verified()
    {
        using var folder = new ApprovedFolder();

        var verdict = Assert.Single(folder.Examine());

        Assert.Null(verdict.Refusal);
        Assert.Equal(("acme-rules", "in-process", "1.0.0"), (verdict.Verified!.Id, verdict.Verified.Isolation, verdict.Verified.Manifest.Version));
        Assert.Equal(("alice", "CHG-1234", folder.OwnList, folder.Folder), (verdict.Verified.Approval.By, verdict.Verified.Approval.Reason, verdict.Verified.Approval.AllowList, verdict.Verified.Approval.Folder));
    }

    [Fact]
    public void In_roots_sticky_directory_a_folder_is_safe_from_others()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: the directory is root's");
        using var folder = new ApprovedFolder();
        Shell.Run("chmod", "1777", folder.Above);

        Assert.NotNull(Assert.Single(folder.Examine()).Verified);
    }

    [Fact]
    public void A_directory_in_which_the_auditors_own_program_lies_is_taken_as_it_is()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives a directory to somebody else");
        using var folder = new ApprovedFolder();
        File.WriteAllText(Path.Combine(folder.Above, "auditor"), "");
        Shell.Run("chown", Nobody, folder.Above);
        Shell.Run("chmod", "0777", folder.Above);
        var lists = new PluginLists { Plugins = folder.Shipped, Operator = folder.OwnList };

        var here = Assert.Single(new PluginTrust(lists, TrustedOwners.Of(Path.Combine(folder.Above, "auditor"))).Foresee());
        var elsewhere = Assert.Single(new PluginTrust(lists, TrustedOwners.Of("/bin/sh")).Foresee());

        Assert.Null(here.Refusal);
        Assert.Equal("PLG-OWNER", elsewhere.Refusal?.Code);
    }

    [Fact]
    public void The_user_who_owns_the_auditors_program_may_own_its_plugins()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives files to somebody else");
        using var folder = new ApprovedFolder();
        Shell.Run("chown", "-R", Nobody, folder.Root);

        var theirs = new PluginTrust(new() { Plugins = folder.Shipped, Operator = folder.OwnList }, TrustedOwners.Of(folder[ApprovedFolder.Acme])).Foresee();

        Assert.Null(Assert.Single(theirs).Refusal);
    }
}
