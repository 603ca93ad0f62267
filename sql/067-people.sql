-- People: accounts, groups, external identities, keys, sessions and one-time codes. Secrets are stored as digests alone.

create exception E_GROUP_CIRCLE 'A group cannot be a member of itself, also not by way of other groups.';
create exception E_GROUP_SYSTEM 'A built-in group cannot be removed or renamed.';

create sequence PRV_User_SEQ;
create sequence PRV_Identity_SEQ;
create sequence PRV_ApiKey_SEQ;
create sequence PRV_Session_SEQ;
create sequence PRV_Code_SEQ;
create sequence PRV_Group_SEQ start with 100;
create sequence PRV_GroupMember_SEQ;

create table PRV_User (
  PU_ID D_ID not null constraint PK_PRV_USER primary key,
  PU_UUID varchar(36) character set ascii not null constraint UK_PU_UUID unique,
  PU_Kind smallint default 0 not null constraint CK_PU_KIND check (PU_Kind in (0, 1)),
  PU_Name D_NAME not null,
  PU_Login D_WORD constraint UK_PU_LOGIN unique,
  PU_Password varchar(250) character set ascii,
  PU_EMail D_NAME,
  PU_ConfirmTS D_TS,
  PU_PublicEMail D_NAME,
  PU_Affiliation D_LINE,
  PU_Orcid varchar(19) character set ascii,
  PU_Url D_URL,
  PU_Contact D_LINE,
  PU_Topics varchar(500) character set ascii default '' not null,
  PU_Active D_FLAG default 1 not null,
  PU_LogInTS D_TS,
  PU_LogInAddress varchar(45) character set ascii,
  PU_LastLogInTS D_TS,
  PU_LastLogInAddress varchar(45) character set ascii,
  PU_LogInCount integer default 0 not null,
  PU_DeleteTS D_TS,
  PU_Version integer default 1 not null,
  PU_InsertTS D_TS default current_timestamp not null,
  PU_UpdateTS D_TS default current_timestamp not null
);
create index PRV_USER_EMAIL on PRV_User computed by (lower(PU_EMail));
create index PRV_USER_NAME on PRV_User (PU_Name, PU_ID);
comment on table PRV_User is 'Accounts: people and organisations, also those that never log in.';
comment on column PRV_User.PU_UUID is 'Names the user outside, and in histories: nothing personal stays there when the user is deleted';
comment on column PRV_User.PU_Kind is '0 person, 1 organisation';
comment on column PRV_User.PU_Login is 'Lower case; null: no log-in by password';
comment on column PRV_User.PU_Password is 'argon2id in PHC form';
comment on column PRV_User.PU_ConfirmTS is 'When the e-mail address was confirmed; null after each change of it';
comment on column PRV_User.PU_Topics is 'Topics separated by spaces';
comment on column PRV_User.PU_LogInTS is 'Start of the present session; the one before is Last';
comment on column PRV_User.PU_DeleteTS is 'Deleted: the row is a tombstone without personal data';
comment on column PRV_User.PU_Version is 'Raised with every change of what people edit; ETag';

create table PRV_Identity (
  PI_ID D_ID not null constraint PK_PRV_IDENTITY primary key,
  PI_PU_ID D_ID not null constraint FK_PI_PU references PRV_User (PU_ID) on delete cascade,
  PI_Source D_WORD not null,
  PI_Subject varchar(255) character set utf8 not null,
  PI_UseTS D_TS,
  PI_UnlinkTS D_TS,
  PI_InsertTS D_TS default current_timestamp not null,
  constraint UK_PI unique (PI_Source, PI_Subject)
);
comment on table PRV_Identity is 'Log-in ids of a user at other services.';
comment on column PRV_Identity.PI_Source is 'Name of the provider in the configuration';
comment on column PRV_Identity.PI_Subject is 'Who it is there, never reused there: sub of OpenID Connect, persistent id of Shibboleth';
comment on column PRV_Identity.PI_UnlinkTS is 'When it was taken from the user: it lets nobody in, and an address that fits links it to nobody by itself';

create table PRV_Group (
  PG_ID D_ID not null constraint PK_PRV_GROUP primary key,
  PG_Name D_NAME not null,
  PG_Description D_CAPTION,
  PG_Topics varchar(500) character set ascii default '' not null,
  PG_Visibility smallint default 0 not null constraint CK_PG_VISIBILITY check (PG_Visibility between 0 and 2),
  PG_LinkHash D_SHA256 constraint UK_PG_LINKHASH unique,
  PG_System D_FLAG default 0 not null,
  PG_Version integer default 1 not null,
  PG_InsertTS D_TS default current_timestamp not null,
  PG_UpdateTS D_TS default current_timestamp not null
);
create unique index UK_PG_NAME on PRV_Group computed by (lower(PG_Name));
comment on table PRV_Group is 'Groups of users and of groups.';
comment on column PRV_Group.PG_Topics is 'Topics that members have, separated by spaces';
comment on column PRV_Group.PG_Visibility is '0 listed to its members, 1 public, 2 unlisted: joined by a link';
comment on column PRV_Group.PG_LinkHash is 'SHA-256 of the code in the link of an unlisted group; null: revoked';
comment on column PRV_Group.PG_System is '1 = built in: 1 everyone, 2 signed-in, 3 staff';

create table PRV_GroupMember (
  PGM_ID D_ID not null constraint PK_PRV_GROUPMEMBER primary key,
  PGM_PG_ID D_ID not null constraint FK_PGM_PG references PRV_Group (PG_ID) on delete cascade,
  PGM_PU_ID D_ID constraint FK_PGM_PU references PRV_User (PU_ID) on delete cascade,
  PGM_PG_Member D_ID constraint FK_PGM_PG_MEMBER references PRV_Group (PG_ID) on delete cascade,
  PGM_Source D_WORD,
  PGM_InsertTS D_TS default current_timestamp not null,
  constraint CK_PGM_ONE check ((PGM_PU_ID is null) <> (PGM_PG_Member is null))
);
create unique index UK_PGM on PRV_GroupMember computed by
  (PGM_PG_ID || iif(PGM_PU_ID is null, 'g' || PGM_PG_Member, 'u' || PGM_PU_ID));
comment on table PRV_GroupMember is 'Members of groups: a user or a group each.';
comment on column PRV_GroupMember.PGM_Source is 'Provider whose rules made the membership, which its next log-in may take back; null: made by a person';

create table PRV_ApiKey (
  PAK_ID D_ID not null constraint PK_PRV_APIKEY primary key,
  PAK_PU_ID D_ID not null constraint FK_PAK_PU references PRV_User (PU_ID) on delete cascade,
  PAK_Label D_NAME not null,
  PAK_Hash D_SHA256 not null,
  PAK_Scopes varchar(500) character set ascii not null,
  PAK_ExpiryTS D_TS,
  PAK_UseTS D_TS,
  PAK_InsertTS D_TS default current_timestamp not null
);
comment on table PRV_ApiKey is 'Keys of users for programs: ff_<PAK_ID>_<secret>.';
comment on column PRV_ApiKey.PAK_Hash is 'SHA-256 of the secret, which has 256 random bits';
comment on column PRV_ApiKey.PAK_Scopes is 'read, read-write, import, or topics, separated by spaces; they narrow what the user may do';
comment on column PRV_ApiKey.PAK_UseTS is 'Last use, to the minute';

create table PRV_Session (
  PS_ID D_ID not null constraint PK_PRV_SESSION primary key,
  PS_PU_ID D_ID not null constraint FK_PS_PU references PRV_User (PU_ID) on delete cascade,
  PS_Hash D_SHA256 not null constraint UK_PS_HASH unique,
  PS_OldHash D_SHA256,
  PS_Rotate D_FLAG default 0 not null,
  PS_RotateTS D_TS,
  PS_Means D_WORD not null,
  PS_Address varchar(45) character set ascii,
  PS_Agent D_LINE,
  PS_ProofTS D_TS,
  PS_SeenTS D_TS default current_timestamp not null,
  PS_ExpiryTS D_TS not null,
  PS_InsertTS D_TS default current_timestamp not null
);
create index PRV_SESSION_OLDHASH on PRV_Session (PS_OldHash);
create index PRV_SESSION_EXPIRY on PRV_Session (PS_ExpiryTS);
comment on table PRV_Session is 'Log-ins of browsers.';
comment on column PRV_Session.PS_Hash is 'SHA-256 of the token in the cookie';
comment on column PRV_Session.PS_OldHash is 'Of the token before, which is taken for a minute more: requests with it are under way';
comment on column PRV_Session.PS_Rotate is '1 = what the user may do has changed: the next look at the session changes its token';
comment on column PRV_Session.PS_Means is 'password, key, link, shibboleth, or the name of a provider';
comment on column PRV_Session.PS_ProofTS is 'When whoever has it last showed who they are, by a log-in or their password; null: begun by a key, which programs hold, too';
comment on column PRV_Session.PS_SeenTS is 'Last request, to the minute; too long ago ends the session';
comment on column PRV_Session.PS_ExpiryTS is 'When it ends however much it is used';

create table PRV_Code (
  PCD_ID D_ID not null constraint PK_PRV_CODE primary key,
  PCD_Kind D_WORD not null,
  PCD_PU_ID D_ID constraint FK_PCD_PU references PRV_User (PU_ID) on delete cascade,
  PCD_Hash D_SHA256 not null constraint UK_PCD_HASH unique,
  PCD_EMail D_NAME,
  PCD_ExpiryTS D_TS not null,
  PCD_InsertTS D_TS default current_timestamp not null
);
create index PRV_CODE_EXPIRY on PRV_Code (PCD_ExpiryTS);
comment on table PRV_Code is 'One-time codes of links: first administrator, confirmation of an e-mail address, new password; and log-ins at providers that came back already.';
comment on column PRV_Code.PCD_Kind is 'welcome, confirm, reset; used: must not come again until it expires';
comment on column PRV_Code.PCD_EMail is 'The address that a code confirms: one that was changed since is not';

create table PRV_LogInFailure (
  PLF_Name D_SHA256 not null constraint PK_PRV_LOGINFAILURE primary key,
  PLF_Count integer not null,
  PLF_InsertTS D_TS default current_timestamp not null
);
create index PRV_LOGINFAILURE_TS on PRV_LogInFailure (PLF_InsertTS);
comment on table PRV_LogInFailure is 'Failed log-ins by account and address, counted for all processes.';
comment on column PRV_LogInFailure.PLF_Name is 'SHA-256 of what is counted: what was typed as an account may be a password';
comment on column PRV_LogInFailure.PLF_InsertTS is 'Since when it is counted';

insert into PRV_Group (PG_ID, PG_Name, PG_Visibility, PG_System) values (1, 'everyone', 1, 1);
insert into PRV_Group (PG_ID, PG_Name, PG_Visibility, PG_System) values (2, 'signed-in', 1, 1);
insert into PRV_Group (PG_ID, PG_Name, PG_Visibility, PG_System) values (3, 'staff', 1, 1);

set term ^;
create trigger PRV_USER_BU for PRV_User active before update position 0 as
begin
  new.PU_UUID = old.PU_UUID;
  if (new.PU_Kind <> old.PU_Kind or new.PU_Name <> old.PU_Name or new.PU_Login is distinct from old.PU_Login
      or new.PU_EMail is distinct from old.PU_EMail or new.PU_ConfirmTS is distinct from old.PU_ConfirmTS
      or new.PU_PublicEMail is distinct from old.PU_PublicEMail or new.PU_Affiliation is distinct from old.PU_Affiliation
      or new.PU_Orcid is distinct from old.PU_Orcid or new.PU_Url is distinct from old.PU_Url
      or new.PU_Contact is distinct from old.PU_Contact or new.PU_Topics <> old.PU_Topics or new.PU_Active <> old.PU_Active
      or new.PU_DeleteTS is distinct from old.PU_DeleteTS) then begin
    new.PU_UpdateTS = current_timestamp;
    new.PU_Version = old.PU_Version + 1;
  end
end^

create trigger PRV_GROUP_BU for PRV_Group active before update position 0 as
begin
  if (old.PG_System = 1 and (new.PG_Name <> old.PG_Name or new.PG_System = 0)) then exception E_GROUP_SYSTEM;
  new.PG_UpdateTS = current_timestamp;
  new.PG_Version = old.PG_Version + 1;
end^

create trigger PRV_GROUP_BD for PRV_Group active before delete position 0 as
begin
  if (old.PG_System = 1) then exception E_GROUP_SYSTEM;
end^

-- members are changed one after the other (people/groups), so that no two transactions close a circle between them
create trigger PRV_GROUPMEMBER_BI for PRV_GroupMember active before insert position 0 as
begin
  if (new.PGM_PG_Member = new.PGM_PG_ID or exists (
      with recursive A as (
        select PGM_PG_ID as GROUP_ID from PRV_GroupMember where PGM_PG_Member = new.PGM_PG_ID
        union all
        select m.PGM_PG_ID from PRV_GroupMember m join A on m.PGM_PG_Member = A.GROUP_ID)
      select 1 from A where GROUP_ID = new.PGM_PG_Member)) then exception E_GROUP_CIRCLE;
end^
set term ;^
