/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"
#include "desk-profile.h"

G_BEGIN_DECLS

/* The signed report of a session: what was verified, by whom it was accepted, and of which state of the journal it
 * speaks, as JSON for programs, CSV for tables and text for people. The JSON names the other two by their hashes and
 * ends with the signature of all before it. */

#define DESK_REPORT_SCHEMA 1

/**
 * desk_report_write:
 * @run: a verification
 * @profile: it was done with
 * @state_path: its state file; its folder has the key that signs
 * @folder: where the three files go; made when it is not there
 * @error: one sentence
 *
 * Writes NAME.json, NAME.csv and NAME.txt, each 0600 and never over another file. Blocks; any thread.
 *
 * Returns: (transfer full): the path of the JSON file; %NULL with @error
 */
char *desk_report_write (const DeskVerifyRun  *run,
                         const DeskProfile    *profile,
                         const char           *state_path,
                         const char           *folder,
                         GError              **error);

typedef enum
{
  DESK_JOURNAL_UNKNOWN, /* there is no such file to compare with, or it cannot be read */
  DESK_JOURNAL_SAME,    /* it has the very record that the report names */
  DESK_JOURNAL_OTHER,   /* it has another one in its place, or is shorter */
} DeskReportJournal;

typedef enum
{
  DESK_SIGNER_UNKNOWN, /* this installation has no key to compare with, or cannot read it */
  DESK_SIGNER_OWN,
  DESK_SIGNER_OTHER,
} DeskReportSigner;

typedef struct
{
  gboolean          ok;       /* signed, and its files are the ones that were signed */
  char             *text;     /* what is wrong, in one sentence; or NULL */
  char             *key;      /* the public key that signed it */
  DeskReportSigner  signer;   /* whether it is the key of this installation */
  char             *time;     /* when it says it was made */
  char             *verdict;
  gint64            n_accepted; /* what does not match, or is not provable, and was accepted by a person */
  guint64           records;  /* of the journal it speaks of */
  char             *head;     /* hash of the last of them, hexadecimal; "" for an empty one */
  DeskReportJournal journal;
} DeskReportCheck;

/* FALSE with @error: it cannot be read, or is no report. @state_path: nullable. @path: any of the three files. */
gboolean desk_report_check       (const char       *path,
                                  const char       *state_path,
                                  DeskReportCheck  *check,
                                  GError          **error);
void     desk_report_check_clear (DeskReportCheck  *check);

G_END_DECLS
